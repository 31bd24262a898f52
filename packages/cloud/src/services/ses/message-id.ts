import { HEX } from '@terrace/kit'
import type { World } from '../../world.ts'

/** `0100019a…-1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d-000000`, which begins with the time. */
export function newMessageId({ clock, random }: Pick<World, 'clock' | 'random'>): string {
  const time = Math.floor(clock.now()).toString(16).padStart(12, '0')
  return `0100${time}-${random.text(8, HEX)}${random.uuid().slice(8)}-000000`
}

/**
 * The field of a message with that id, in angle brackets.
 * @see Amazon SES Developer Guide "Amazon SES header fields"
 */
export const messageIdField = (id: string, region: string): string =>
  `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`
