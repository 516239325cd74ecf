"""Versions of a file sort as they came, however many there are."""

from jobs.bronze import batches


def test_the_tenth_version_of_a_file_is_newer_than_the_second():
    versions = [batches.numbered("a.csv", number) for number in (1, 2, 9, 10, 11, 100)]
    assert versions == sorted(versions)
    assert versions[0] == "a.csv"
