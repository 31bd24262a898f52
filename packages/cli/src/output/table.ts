import Table from 'cli-table3'
import type { Context } from '../context.ts'

/** Lines without frames: columns two spaces apart, headings dimmed, indented by two. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { dim }: Context['colors'],
): string {
  const frameless = Object.fromEntries(
    [
      ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
      ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ].map(part => [part, '']),
  )
  const drawn = new Table({
    head: headings.map(heading => dim(heading)),
    chars: { ...frameless, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  drawn.push(...rows.map(row => [...row]))
  return drawn
    .toString()
    .split('\n')
    .map(line => `  ${line}`.trimEnd())
    .join('\n')
}
