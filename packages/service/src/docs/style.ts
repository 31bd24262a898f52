/** The style of `/docs`, in light and dark. */
export const docsStyle = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a3f4a); --soft: light-dark(#f4f5f8, #1d2027);
  --text: light-dark(#1b1f27, #e6e8ee); --quiet: light-dark(#545b69, #a6adbb); --accent: light-dark(#1f5bbf, #8ab4ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--text); background: light-dark(#fff, #14161b); }
h1 { margin: 0; font-size: 1.75rem; } h1 small { font-size: 1rem; font-weight: 400; color: var(--quiet); }
h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; text-transform: capitalize; }
a { color: var(--accent); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }
summary { padding: .55rem .75rem; cursor: pointer; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
summary::-webkit-details-marker { display: none; }
summary code { font-weight: 600; overflow-wrap: anywhere; } summary span { color: var(--quiet); }
.method { min-width: 4.2rem; color: var(--accent); }
form { padding: .25rem .75rem .9rem; border-top: 1px solid var(--line); display: grid; gap: .6rem; }
label { display: grid; gap: .2rem; } label small, .answers { color: var(--quiet); }
input, textarea { font: inherit; width: 100%; padding: .4rem .55rem; color: inherit; background: var(--soft);
  border: 1px solid light-dark(#868d9b, #727a89); border-radius: .35rem; }
textarea, pre, code { font-family: ui-monospace, monospace; font-size: .9rem; }
button { justify-self: start; font: inherit; padding: .4rem 1.1rem; border: 0; border-radius: .35rem; cursor: pointer;
  color: light-dark(#fff, #10141c); background: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
pre { margin: 0; padding: .6rem; background: var(--soft); border-radius: .35rem; overflow: auto; max-height: 28rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.answers { margin: 0; padding-left: 1.2rem; }
`
