/** Everything about the look of the page; colours have enough contrast on both grounds. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --panel: #f6f8fa; --link: #0550ae;
  --good: #116329; --bad: #b3131f; --open: #7a4f00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #363d46; --panel: #161b22; --link: #79b8ff;
    --good: #56d364; --bad: #ff8b83; --open: #e3b341;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 78rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .wide:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875em; overflow-wrap: break-word; }
pre { overflow-x: auto; overflow-wrap: normal; padding: .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; line-height: 1.4; }
small, .soft { font-weight: 400; color: var(--soft); font-size: .875rem; }
.badge { display: inline-block; padding: .1rem .7rem; border: 2px solid currentColor; border-radius: 2rem; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .open { color: var(--open); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; }
.tiles strong { display: block; font-size: 1.4rem; line-height: 1.3; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; font-size: .875rem; white-space: nowrap; }
tbody th { font-weight: 600; }
td.tight, th.tight { white-space: nowrap; }
td.roomy { min-width: 14rem; }
summary { cursor: pointer; padding: .35rem 0; }
.exchange { border-bottom: 1px solid var(--line); } .exchange > div { padding: 0 0 1rem 1rem; }
.exchange:target > summary { background: var(--panel); }
.problem { border-left: 4px solid var(--bad); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
#complaints li { font-weight: 400; }
.problem p { margin: .25rem 0; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 3rem; font-size: 15px; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .4rem; }
  .exchange > div { padding-left: .25rem; }
}
@media print { body { max-width: none; } nav { display: none; } .wide, pre { overflow: visible; } pre { white-space: pre-wrap; } }
`;
