import type { Box, Cell, Picture, Section } from './picture.ts'

/** The page of a picture: whole HTML without anything from elsewhere. @param date as it is printed: `2026-11-22` */
export const pageOf = ({ title, source, sections }: Picture, date: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
<header><h1>${escaped(title)}</h1><p>${escaped(source)} · the running system, ${escaped(date)}</p></header>
${sections.map(sectionOf).join('\n')}
</main>
</html>
`

function sectionOf(section: Section): string {
  switch (section.kind) {
    case 'table': {
      const head = section.columns.map(column => `<th>${escaped(column)}</th>`).join('')
      const rows = section.rows.map(row => `<tr>${row.map(cell => `<td>${shown(cell)}</td>`).join('')}</tr>`).join('')
      return framed(section.heading, `<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`)
    }
    case 'facts': {
      const facts = Object.entries(section.facts).map(
        ([name, value]) => `<dt>${escaped(name)}</dt><dd>${shown(value)}</dd>`,
      )
      return framed(section.heading, `<dl>${facts.join('')}</dl>`)
    }
    case 'file':
      return framed(section.heading, `<pre>${escaped(section.text)}</pre>`)
    case 'terminal':
      return `<section class="terminal"><pre><b>$ ${escaped(section.command)}</b>\n${escaped(section.output)}</pre></section>`
    case 'flow': {
      const steps = section.steps.map(
        ({ port, boxes }) =>
          `${port === undefined ? '' : `<i>${escaped(port)}<b>──▶</b></i>`}<div>${boxes.map(boxOf).join('')}</div>`,
      )
      return framed(section.heading, `<div class="flow">${steps.join('')}</div>`)
    }
    case 'zones': {
      const zones = section.zones.map(({ zone, subnets }) => {
        const inside = subnets.map(
          subnet =>
            `<div class="${subnet.public ? 'public' : 'private'}"><h4>${escaped(subnet.name)}</h4>${subnet.boxes.map(boxOf).join('')}</div>`,
        )
        return `<div><h3>${escaped(zone)}</h3>${inside.join('')}</div>`
      })
      return framed(section.heading, `<div class="zones">${zones.join('')}</div>`)
    }
    case 'browser':
      return `<section class="browser"><p>${escaped(section.address)}</p>${image(section.png)}</section>`
  }
}

const framed = (heading: string | undefined, content: string): string =>
  `<section>${heading === undefined ? '' : `<h2>${escaped(heading)}</h2>`}${content}</section>`

const boxOf = ({ what, which }: Box): string => `<p class="box"><strong>${escaped(what)}</strong>${escaped(which)}</p>`

const image = (png: Buffer): string => `<img alt="" src="data:image/png;base64,${png.toString('base64')}">`

const GOOD = /^(available|active|healthy|running|ok|completed|in-service|issued|steady|yes|enabled)$/i
const BAD = /^(unhealthy|failed|stopped|impaired)$/i

function shown(cell: Cell): string {
  if (cell === undefined || cell === '') return '<span class="none">–</span>'
  const text = typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell)
  const state = GOOD.test(text) ? ' class="good"' : BAD.test(text) ? ' class="bad"' : ''
  return `<span${state}>${escaped(text).replaceAll('\n', '<br>')}</span>`
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it may stand in HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, character => ESCAPES[character] ?? character)

const STYLE = `
* { box-sizing: border-box }
html, body { background: #eef1f5 }
body { margin: 0; background: #eef1f5; color: #1d2733; font: 14px/1.45 "DejaVu Sans", system-ui, sans-serif }
main { inline-size: max-content; min-inline-size: 860px; max-inline-size: 1280px; padding: 28px 32px 32px }
header { margin-block-end: 18px }
h1 { margin: 0; font-size: 22px; font-weight: 650; letter-spacing: -.01em }
header p { margin: 4px 0 0; color: #5b6875; font-size: 12.5px }
section { margin-block-start: 14px; padding: 14px 18px; border: 1px solid #d5dce4; border-radius: 10px; background: #fff }
h2 { margin: 0 0 8px; font-size: 14px; font-weight: 650 }
table { border-collapse: collapse; inline-size: 100% }
th { padding: 5px 16px 5px 0; border-block-end: 1px solid #d5dce4; color: #5b6875; font-size: 12px; font-weight: 600; text-align: start; white-space: nowrap }
td { padding: 6px 16px 6px 0; border-block-end: 1px solid #edf0f4; vertical-align: top; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
tr:last-child td { border-block-end: 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 5px 22px; margin: 0 }
dt { color: #5b6875 } dd { margin: 0; overflow-wrap: anywhere }
pre { margin: 0; font: 12.5px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere }
.good { color: #10703c } .good::before { content: "● "; font-size: 10px } .bad { color: #b3261e } .none { color: #9aa5b1 }
.terminal { border-color: #10161d; background: #10161d; color: #d9e2ec } .terminal b { color: #8bd5a0; font-weight: 600 }
.browser { padding: 0; overflow: hidden } .browser p { margin: 10px 14px; padding: 6px 14px; border-radius: 99px; background: #eef1f5; font-size: 13px }
.flow { display: flex; align-items: center; gap: 10px } .flow > div { display: grid; gap: 10px }
.flow i { color: #5b6875; font-size: 12px; font-style: normal; text-align: center; white-space: nowrap } .flow i b { display: block; color: #2456c9; font-weight: 400; letter-spacing: -1px }
.box { margin: 0; padding: 9px 13px; border: 1px solid #b9c6d6; border-radius: 8px; background: #fff; font-size: 12px; white-space: nowrap } .box strong { display: block; font-size: 13px }
.zones { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(230px, 1fr); gap: 14px } .zones > div { padding: 12px; border: 1px dashed #9aa5b1; border-radius: 10px }
h3, h4 { margin: 0 0 8px; font-size: 13px } h4 { color: #5b6875; font-size: 12px; font-weight: 500 }
.public, .private { display: grid; gap: 8px; margin-block-start: 10px; padding: 10px; border-radius: 8px; align-content: start } .public { background: #e6f4ea } .private { background: #e8eefb }
.browser img { display: block; inline-size: 1000px; border-block-start: 1px solid #d5dce4 }
`
