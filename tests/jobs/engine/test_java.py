"""Which Java is chosen, on a made-up machine: fake java executables in tmp_path, nothing of this one's."""

import subprocess
import sys
from pathlib import Path

import pytest

from jobs.engine import java


def fake_java(home: Path, version: str, *, exit_code: int = 0) -> Path:
    """A home whose bin/java answers like a real one (settings go to stderr)."""
    executable = home / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(
        "#!/bin/sh\n"
        f"printf '    java.home = %s\\n    java.vendor = Nobody\\n' '{home}' >&2\n"
        f"printf '    java.version = %s\\n' '{version}' >&2\n"
        f"exit {exit_code}\n"
    )
    executable.chmod(0o755)
    return home


@pytest.fixture(autouse=True)
def empty_machine(tmp_path, monkeypatch):
    """No JAVA_HOME, nothing on PATH, one usual place (tmp_path/jvm), no apt-get."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(java, "USUAL_PLACES", (f"{tmp_path}/jvm/*",))


def test_java_home_comes_before_path_and_usual_places(tmp_path, monkeypatch):
    named = fake_java(tmp_path / "mine", "21.0.4")
    fake_java(tmp_path / "jvm" / "java-17", "17.0.15")
    monkeypatch.setenv("PATH", str(fake_java(tmp_path / "path", "17.0.15") / "bin"))
    monkeypatch.setenv("JAVA_HOME", str(named))
    assert java.find_java() == java.Java(named, "21.0.4")


def test_path_comes_before_usual_places(tmp_path, monkeypatch):
    fake_java(tmp_path / "jvm" / "java-17", "17.0.15")
    on_path = fake_java(tmp_path / "path", "21.0.4")
    monkeypatch.setenv("PATH", str(on_path / "bin"))
    assert java.find_java().home == on_path


def test_unsupported_java_home_is_passed_over(tmp_path, monkeypatch):
    good = fake_java(tmp_path / "jvm" / "java-17", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "new", "25.0.1")))
    assert java.find_java().home == good


def test_17_is_preferred_to_21_in_usual_places(tmp_path):
    fake_java(tmp_path / "jvm" / "a-java-21-openjdk", "21.0.4")
    preferred = fake_java(tmp_path / "jvm" / "z-java-17-openjdk", "17.0.15")
    assert java.find_java().home == preferred


@pytest.mark.parametrize("version", ["1.8.0_402", "11.0.22", "25", "25.0.0", "25.0.1", "25.0.2"])
def test_unsupported_versions_are_refused_in_one_line_that_helps(tmp_path, version):
    home = fake_java(tmp_path / "jvm" / "java", version)
    with pytest.raises(java.JavaMissing) as error:
        java.find_java()
    message = str(error.value)
    assert message.startswith(f"Java 17 or 21 is missing (found only {version} in {home}): ")
    assert "apt-get install openjdk-17-jre-headless" in message
    assert "\n" not in message


@pytest.mark.parametrize(("version", "major"), [("1.8.0_402", 8), ("17", 17), ("17.0.15", 17), ("21-ea", 21)])
def test_major_version(version, major):
    assert java.Java(Path("/j"), version).major == major


def test_java_that_does_not_answer_is_no_java(tmp_path):
    fake_java(tmp_path / "jvm" / "java-17", "17.0.15", exit_code=1)
    with pytest.raises(java.JavaMissing, match=r"^Java 17 or 21 is missing: "):
        java.find_java()


def test_links_to_one_java_are_asked_once(tmp_path, monkeypatch):
    home = fake_java(tmp_path / "jvm" / "java-11-openjdk", "11.0.22")
    (tmp_path / "jvm" / "default").symlink_to(home)
    with pytest.raises(java.JavaMissing) as error:
        java.find_java()
    assert str(error.value).count("11.0.22") == 1


def fake_apt(tmp_path: Path, monkeypatch, package: str) -> None:
    """An apt-get that knows one package and installs it as tmp_path/jvm/java-N."""
    new_home = tmp_path / "jvm" / "java-from-apt"
    template = fake_java(tmp_path / "template", "21.0.9") / "bin" / "java"
    template.write_text(template.read_text().replace(str(tmp_path / "template"), str(new_home)))
    apt = tmp_path / "apt" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        "  *update*) exit 0 ;;\n"
        f"  *' {package}') /bin/mkdir -p '{new_home}/bin' && /bin/cp '{template}' '{new_home}/bin/java' ;;\n"
        "  *) echo 'E: Unable to locate package' >&2; exit 100 ;;\n"
        "esac\n"
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(apt.parent))
    monkeypatch.setattr(java.os, "geteuid", lambda: 0)


def test_set_up_installs_the_first_runtime_the_distribution_has(tmp_path, monkeypatch):
    fake_apt(tmp_path, monkeypatch, "openjdk-21-jre-headless")
    assert java.find_java(install=True) == java.Java(tmp_path / "jvm" / "java-from-apt", "21.0.9")


def test_nothing_is_installed_unless_asked(tmp_path, monkeypatch):
    fake_apt(tmp_path, monkeypatch, "openjdk-21-jre-headless")
    with pytest.raises(java.JavaMissing):
        java.find_java()
    assert not (tmp_path / "jvm").exists()


def test_failed_installation_says_why(tmp_path, monkeypatch):
    fake_apt(tmp_path, monkeypatch, "no-such-package")
    with pytest.raises(java.JavaMissing, match="apt-get could not install it: E: Unable to locate package"):
        java.find_java(install=True)


def test_users_other_than_root_are_told_and_nothing_is_tried(tmp_path, monkeypatch):
    fake_apt(tmp_path, monkeypatch, "openjdk-21-jre-headless")
    monkeypatch.setattr(java.os, "geteuid", lambda: 1000)
    with pytest.raises(java.JavaMissing, match="apt-get install openjdk-17-jre-headless"):
        java.find_java(install=True)


def test_runs_on_the_standard_library_alone():
    """Set-up calls it before any package is installed: -S hides site-packages, -I the environment."""
    root = Path(java.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); import jobs.engine.java; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-ISc", code], capture_output=True, text=True, check=True).stdout.split()
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"__main__", "jobs"}
    assert foreign == set()
