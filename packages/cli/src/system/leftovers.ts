import type { Leftover } from '@terrace/cloud'
import type { Context } from '../context.ts'

/** Says what of an earlier run had to be ended. */
export function noteLeftovers(leftovers: readonly Leftover[], { note }: Pick<Context, 'note'>): void {
  const ended = leftovers.filter(leftover => leftover.kind === 'ended')
  if (ended.length > 0) {
    note(`ended what an earlier run had left: ${ended.map(({ name, pid }) => `${name} (process ${pid})`).join(', ')}`)
  }
  for (const leftover of leftovers) if (leftover.kind === 'corruptRecord') note(leftover.message)
}
