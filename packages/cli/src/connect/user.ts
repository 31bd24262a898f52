import { createInterface } from 'node:readline/promises'
import type { ControlClient } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { ConnectIo } from './run-child.ts'
import { wordsOf } from './words.ts'

/** A user with a purpose on one instance. */
export interface UserPlace {
  readonly instance: string
  readonly as: string
}

/**
 * One command as a user with a purpose, or its prompt: each line is one command, and what the user's rules don't list is
 * refused by name.
 *
 * @returns the exit code of the command, or of the last one at the prompt
 */
export async function connectAsUser(
  client: ControlClient,
  place: UserPlace,
  command: readonly string[],
  io: ConnectIo,
): Promise<number> {
  if (command.length > 0) return await oneCommand(client, place, command, io)
  const { context } = io
  const leave = new AbortController()
  for await (const message of client.session(place, leave.signal)) {
    if (message.kind === 'ended') context.note(`the session ended: ${message.because}`)
    if (message.kind !== 'user') continue
    context.note(`${message.user} on ${message.instance}: ${message.purpose}`)
    context.note(
      'there is no root on this machine to become that user: its rules are enforced, the commands are these:',
    )
    for (const rule of message.commands) context.note(`  ${rule}`)
    const exitCode = await prompt(client, place, io)
    leave.abort()
    return exitCode
  }
  return 0
}

async function prompt(client: ControlClient, place: UserPlace, io: ConnectIo): Promise<number> {
  const { stdin, stdout } = process
  const lines = createInterface({
    input: stdin,
    output: stdout,
    terminal: stdin.isTTY === true && stdout.isTTY === true,
  })
  let exitCode = 0
  if (stdin.isTTY) lines.setPrompt(`${place.as}@${place.instance}$ `)
  if (stdin.isTTY) lines.prompt()
  for await (const line of lines) {
    const words = wordsOf(line)
    if (words[0] === 'exit' || words[0] === 'logout') break
    if (words.length > 0) exitCode = await oneCommand(client, place, words, io)
    if (stdin.isTTY) lines.prompt()
  }
  lines.close()
  return exitCode
}

async function oneCommand(
  client: ControlClient,
  place: UserPlace,
  command: readonly string[],
  { context, signals }: ConnectIo,
): Promise<number> {
  const leave = new AbortController()
  const stopListening = signals(() => leave.abort())
  try {
    for await (const message of client.session({ ...place, command }, leave.signal)) {
      if (message.kind === 'output') (message.stream === 'out' ? context.say : context.note)(message.line)
      if (message.kind === 'exit') return message.code
    }
  } finally {
    stopListening()
  }
  if (leave.signal.aborted) return 130
  throw new TerraceError('CONNECT_INTERRUPTED', 'the session ended before its command', {
    hint: 'look with: terrace status',
  })
}
