"""A scene as one HTML file that can be zoomed, searched and pointed at, and loads nothing from anywhere."""

from __future__ import annotations

from jobs.serving.network_pictures.scene import Scene
from jobs.serving.network_pictures.svg import quoted, svg

_STYLE = """
html,body{margin:0;height:100%;background:#fff;font-family:Helvetica,Arial,'DejaVu Sans',sans-serif}
svg{width:100vw;height:100vh;display:block;cursor:grab}
svg.moving{cursor:grabbing}
circle[data-n]{cursor:pointer}
.entry{cursor:pointer}
.dim circle[data-n]:not(.on),.dim line:not(.on){opacity:.07}
.dim text{opacity:.35}
#find{position:fixed;left:16px;top:16px;padding:7px 10px;border:1px solid #d0d7de;border-radius:6px;font-size:14px;width:220px}
#told{position:fixed;left:16px;bottom:16px;background:#fff;border:1px solid #d0d7de;border-radius:6px;padding:8px 12px;
font-size:14px;color:#1f2328;max-width:60vw;white-space:pre-line;visibility:hidden}
"""
_SCRIPT = """
const svg=document.querySelector('svg'),net=document.getElementById('network'),told=document.getElementById('told');
const find=document.getElementById('find'),dots=[...net.querySelectorAll('circle')],lines=[...net.querySelectorAll('line')];
let x=0,y=0,k=1,from=null,kept=false;
function move(){net.setAttribute('transform','translate('+x+' '+y+') scale('+k+')')}
function at(e){const p=new DOMPoint(e.clientX,e.clientY).matrixTransform(svg.getScreenCTM().inverse());return p}
svg.addEventListener('wheel',e=>{e.preventDefault();const p=at(e),f=Math.exp(-e.deltaY/500),n=Math.min(40,Math.max(.5,k*f));
x=p.x-(p.x-x)*n/k;y=p.y-(p.y-y)*n/k;k=n;move()},{passive:false});
svg.addEventListener('pointerdown',e=>{from=at(e);from.ox=x;from.oy=y;svg.classList.add('moving')});
addEventListener('pointermove',e=>{if(!from)return;const p=at(e);x=from.ox+p.x-from.x;y=from.oy+p.y-from.y;move()});
addEventListener('pointerup',()=>{from=null;svg.classList.remove('moving')});
svg.addEventListener('dblclick',()=>{x=y=0;k=1;move();show(null)});
function show(on){net.classList.toggle('dim',!!on);for(const e of [...dots,...lines])e.classList.remove('on');
if(on)for(const e of on)e.classList.add('on')}
function around(d){const n=d.dataset.n,on=[d];for(const l of lines)if(l.dataset.a===n||l.dataset.b===n){on.push(l);
on.push(dots[l.dataset.a],dots[l.dataset.b])}return on}
function say(text){told.textContent=text;told.style.visibility=text?'visible':'hidden'}
for(const d of dots){const text=d.querySelector('title').textContent;d.text=text.toLowerCase();d.querySelector('title').remove();
d.addEventListener('pointerenter',()=>{say(text);if(!kept)show(around(d))});
d.addEventListener('pointerleave',()=>{say('');if(!kept)show(null)});
d.addEventListener('click',()=>{kept=true;show(around(d))})}
for(const g of document.querySelectorAll('.entry'))g.addEventListener('click',()=>{kept=true;
show(dots.filter(d=>d.dataset.g===g.dataset.g))});
svg.addEventListener('click',e=>{if(!e.target.dataset.n&&!e.target.closest('.entry')){kept=false;show(null)}});
find.addEventListener('input',()=>{const t=find.value.trim().toLowerCase();kept=!!t;
show(t?dots.filter(d=>d.text.includes(t)):null)});
"""


def html(scene: Scene) -> str:
    """The scene as one HTML document."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{quoted(scene.title)}</title>'
        f"<style>{_STYLE}</style></head><body>\n{svg(scene)}"
        '<input id="find" type="search" placeholder="Find" aria-label="Find a dot by its text">'
        f'<div id="told" role="status"></div>\n<script>{_SCRIPT}</script></body></html>\n'
    )
