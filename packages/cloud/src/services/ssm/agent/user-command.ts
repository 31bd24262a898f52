import { seconds } from '@terrace/kit'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { administer } from './administration.ts'
import { mayRun, type PurposeUser } from './users.ts'

/** What a shell answers for a command that may not be run. */
export const NOT_PERMITTED = 126

/** How it went, line by line, then the exit code. */
export interface CommandRun {
  readonly onLine: (line: string, stream: 'out' | 'err') => void
  readonly signal: AbortSignal
}

/**
 * Runs one command as a user with a purpose: what its rules don't list is refused by name.
 *
 * differs: there is no root on this machine to become that user, so that its rules are enforced by the cloud and the
 *   command itself runs as the user of this machine
 * @returns its exit code
 */
export async function runAsUser(
  world: World,
  instance: Instance,
  user: PurposeUser,
  words: readonly string[],
  { onLine, signal }: CommandRun,
): Promise<number> {
  if (!mayRun(user, words)) {
    world.journal.write({
      kind: 'ssm.commandRefused',
      node: instance.owner,
      message: `${user.name} may not run ${words.join(' ')} on ${instance.id}`,
      details: { instance: instance.id, user: user.name, command: words.join(' ') },
    })
    onLine(`Sorry, user ${user.name} is not allowed to execute '${words.join(' ')}' on ${instance.id}.`, 'err')
    onLine(`${user.name} may run: ${user.commands.join(', ') || 'nothing'}`, 'err')
    return NOT_PERMITTED
  }
  const said = await administer(world, instance, words)
  if (said) {
    for (const line of said.lines) onLine(line, said.code === 0 || said.code === 3 ? 'out' : 'err')
    return said.code
  }
  return await runProgram(world, instance, words[0] === 'sudo' ? words.slice(1) : words, { onLine, signal })
}

/** A program in the place of the instance, without a shell: its words are what was allowed. */
async function runProgram(
  world: World,
  instance: Instance,
  [command = '', ...args]: readonly string[],
  { onLine, signal }: CommandRun,
): Promise<number> {
  const place = await instance.host?.place()
  if (!place) return 1
  const process = await world.supervisor.start({
    name: `${instance.id} session`,
    command,
    args,
    cwd: place.folder,
    environment: place.environment,
    zone: instance.zone,
    onLine,
  })
  const end = () => void process.stop(seconds(2))
  signal.addEventListener('abort', end, { once: true })
  const { code } = await process.exited
  signal.removeEventListener('abort', end)
  return code ?? 130
}
