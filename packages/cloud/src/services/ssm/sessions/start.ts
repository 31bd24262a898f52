import { nodesOf } from '@terrace/model'
import { NotEmulated } from '../../../gateway/errors.ts'
import type { Principal } from '../../../identity/principal.ts'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { mayRun, type PurposeUser, usersIn } from '../agent/users.ts'
import { callerArn } from '../caller-arn.ts'
import { InvalidParameters } from '../errors.ts'
import { TOKEN_LIFETIME } from '../limits.ts'
import { DataChannel } from './channel/data-channel.ts'
import { openPort } from './channel/port.ts'
import { type ChannelServer, newToken } from './channel/server.ts'
import { openShell } from './channel/shell.ts'
import { type SessionWork, sessionWork } from './documents.ts'
import type { Session, Sessions } from './sessions.ts'

/** What StartSession asks for. */
export interface StartRequest {
  readonly target: string
  readonly document: string
  readonly parameters: Readonly<Record<string, readonly string[]>>
  readonly reason: string | undefined
  readonly principal: Principal
}

/** What StartSession answers. */
export interface StartedSession {
  readonly id: string
  readonly url: string
  readonly token: string
}

/**
 * Begins a session that waits for its client: the data channel opens with the token, once and for a minute.
 *
 * @throws TargetNotConnected, InvalidDocument, InvalidParameters, NotEmulated
 */
export async function startSession(
  world: World,
  sessions: Sessions,
  channels: ChannelServer,
  request: StartRequest,
): Promise<StartedSession> {
  const { target, document, parameters, reason, principal } = request
  const work = sessionWork(document, parameters)
  const instances = await world.ports.need('instances')
  const wanted = instances.list().find(({ id }) => id === target)
  checkRunAs(work, runAsOf(world, principal), wanted)
  const { session, instance } = await sessions.begin({ target, document, reason, owner: callerArn(principal) })
  const token = newToken(world.secureRandom)
  const expected = await channels.expect(session.id, socket => {
    stopWaiting()
    const channel = new DataChannel(
      {
        clock: world.realtime,
        random: world.random,
        sessionId: session.id,
        token,
        type: work.type,
        open: output => openWork(world, instance, session, work, output),
        onTerminate: () => sessions.end(session.id, 'its client ended it'),
      },
      socket,
    )
    session.signal.addEventListener('abort', () => channel.finish(''), { once: true })
    return {
      onMessage: message => channel.take(message),
      onClose: () => {
        void channel.close()
        sessions.end(session.id, 'its client left')
      },
      stop: () => channel.close(),
    }
  })
  const stopWaiting = world.realtime.after(TOKEN_LIFETIME, () => {
    expected.cancel()
    sessions.end(session.id, 'nobody opened its data channel')
  })
  session.signal.addEventListener(
    'abort',
    () => {
      stopWaiting()
      expected.cancel()
    },
    { once: true },
  )
  return { id: session.id, url: expected.url, token }
}

function openWork(
  world: World,
  instance: Instance,
  session: Session,
  work: SessionWork,
  output: Parameters<typeof openShell>[3],
): ReturnType<typeof openShell> {
  if (work.kind === 'port') return openPort(world, instance, work.host, work.port, output)
  const command = work.kind === 'command' ? work.command : undefined
  const terminal = work.kind === 'shell' || work.terminal
  return openShell(world, instance, { sessionId: session.id, command, terminal }, output)
}

/** @see Systems Manager User Guide "Turn on Run As support": the tag `SSMSessionRunAs` of the caller's role */
const runAsOf = ({ architecture }: World, principal: Principal): string | undefined =>
  principal.kind === 'role'
    ? nodesOf(architecture, 'role').find(({ id }) => id === principal.role)?.tags.SSMSessionRunAs
    : undefined

// A user with a purpose has no shell of its own here: what it may do is a list of commands.
function checkRunAs(work: SessionWork, runAs: string | undefined, instance: Instance | undefined): void {
  if (runAs === undefined || work.kind === 'port') return
  const user = usersIn(instance?.machine.userData ?? '').find(({ name }) => name === runAs)
  if (!user) throw new InvalidParameters(`Unable to start a shell: the user ${runAs} does not exist on this instance.`)
  if (work.kind === 'shell')
    throw new NotEmulated(`an interactive shell as ${runAs} (terrace connect --as ${runAs} is)`)
  requireRule(user, work.command)
}

function requireRule(user: PurposeUser, command: string): void {
  // More than one command is none that a rule names.
  const plain = !/[;&|<>`$(){}\n\\'"]/.test(command)
  if (plain && mayRun(user, command.trim().split(/\s+/))) return
  throw new InvalidParameters(`Sorry, user ${user.name} is not allowed to execute '${command}'.`)
}
