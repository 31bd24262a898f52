import type { DatabaseSessionQuery, SessionMessage, SessionQuery } from '@terrace/control'
import { HEX, seconds, TerraceError } from '@terrace/kit'
import type { NetworkInterface } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Agents } from '../agent/agent.ts'
import { runAsUser } from '../agent/user-command.ts'
import { type PurposeUser, usersIn } from '../agent/users.ts'
import { TargetNotConnected } from '../errors.ts'
import { instanceDatabaseSession, instanceDatabases } from './instance-database.ts'
import type { Sessions } from './sessions.ts'

/** Sessions for the person at this machine, as `terrace connect` asks for them; the port `connections`. */
export interface Connections {
  /**
   * A shell, or one command, where an instance is: its Session Manager decides whether it may begin, unless it is direct.
   *
   * @throws TerraceError CONNECT_NO_INSTANCE, CONNECT_NOT_CONNECTED, CONNECT_NO_USER
   */
  session(query: SessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
  /**
   * A database through the network position of an instance or a task, or one that is a process of an instance.
   *
   * @throws TerraceError CONNECT_NO_DATABASE, CONNECT_EMBEDDED, CONNECT_NO_PLACE
   */
  databaseSession(query: DatabaseSessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
}

/** Offers sessions to the control API. */
export function connectionsOf(world: World, agents: Agents, sessions: Sessions): Connections {
  return {
    session: (query, signal) =>
      query.direct ? directSession(world, query, signal) : session(world, agents, sessions, query, signal),
    databaseSession: (query, signal) => databaseSession(world, agents, query, signal),
  }
}

async function* session(
  world: World,
  agents: Agents,
  sessions: Sessions,
  { instance: target, as, command }: SessionQuery,
  signal: AbortSignal,
): AsyncIterable<SessionMessage> {
  const found = (await agents.instances()).find(({ id }) => id === target)
  const user = as === undefined ? undefined : userOf(found?.machine.userData ?? '', as, target)
  const owner = `arn:aws:iam::${world.architecture.account}:user/terrace`
  const document = user ? `SSM-SessionManagerRunShell as ${user.name}` : 'SSM-SessionManagerRunShell'
  const begun = await sessions.begin({ target, owner, document }).catch(async (error: unknown) => {
    if (!(error instanceof TargetNotConnected)) throw error
    const because = found ? await agents.obstacle(found, 'sessions') : 'there is no such instance'
    throw new TerraceError('CONNECT_NOT_CONNECTED', `${target} takes no sessions: ${because}`, {
      hint: 'its role needs what AmazonSSMManagedInstanceCore allows, and its network a way to ssm and ssmmessages',
      cause: error,
    })
  })
  const { id, signal: ended } = begun.session
  const { instance } = begun
  try {
    if (user && command) {
      yield* commandAsUser(world, begun.instance, user, command, AbortSignal.any([signal, ended]))
      return
    }
    if (user) {
      yield {
        kind: 'user',
        session: id,
        instance: instance.id,
        user: user.name,
        purpose: user.purpose,
        commands: user.commands,
      }
    } else {
      const place = await instance.host?.place()
      if (!place) return yield { kind: 'ended', because: `${instance.id} has just stopped` }
      const { processes = [] } = instance.machine.workload ?? {}
      const own = Object.assign({}, ...processes.map(each => (each.kind === 'image' ? each.environment : {})))
      const environment = { ...own, ...place.environment, AWS_SSM_INSTANCE_ID: instance.id }
      yield { kind: 'place', session: id, instance: instance.id, folder: place.folder, environment }
    }
    const because = await aborted(signal, ended)
    if (because !== undefined) yield { kind: 'ended', because }
  } finally {
    sessions.end(id, 'its caller left')
  }
}

/** The place of an instance or a task as it is, for the person whose machine this is. */
async function* directSession(
  { hosts, random, realtime }: World,
  { instance: id }: SessionQuery,
  signal: AbortSignal,
): AsyncIterable<SessionMessage> {
  const host = hosts.of(id)
  if (!host) {
    throw new TerraceError('CONNECT_NO_INSTANCE', `nothing runs on ${id} now`, {
      hint: 'terrace status lists what does',
    })
  }
  const { folder, environment } = await host.place()
  yield { kind: 'place', session: `direct-0${random.text(16, HEX)}`, instance: id, folder, environment }
  const over = new AbortController()
  const stop = realtime.every(LOOK_EVERY, () => hosts.of(id) === host || over.abort(`${id} has stopped`))
  const because = await aborted(signal, over.signal)
  stop()
  if (because !== undefined) yield { kind: 'ended', because }
}

/** How often a direct session looks whether its place is still there. */
const LOOK_EVERY = seconds(1)

async function* commandAsUser(
  world: World,
  instance: Parameters<typeof runAsUser>[1],
  user: PurposeUser,
  command: readonly string[],
  signal: AbortSignal,
): AsyncIterable<SessionMessage> {
  const waiting: SessionMessage[] = []
  let wake = () => {}
  let code: number | undefined
  const onLine = (line: string, stream: 'out' | 'err') => {
    waiting.push({ kind: 'output', stream, line })
    wake()
  }
  const run = runAsUser(world, instance, user, command, { onLine, signal }).then(
    ended => {
      code = ended
    },
    (error: unknown) => {
      onLine(error instanceof TerraceError ? error.message : String(error), 'err')
      code = 127
    },
  )
  void run.then(() => wake())
  while (code === undefined || waiting.length > 0) {
    yield* waiting.splice(0)
    if (code !== undefined || waiting.length > 0) continue
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
  yield { kind: 'exit', code }
}

async function* databaseSession(
  world: World,
  agents: Agents,
  { database: wanted, via }: DatabaseSessionQuery,
  signal: AbortSignal,
): AsyncIterable<SessionMessage> {
  const { ports, journal } = world
  const [databases, network, secrets, parameters] = await Promise.all([
    ports.need('databases'),
    ports.need('network'),
    ports.need('secrets'),
    ports.need('parameters'),
  ])
  const onInstances = await instanceDatabases(agents)
  const names = [
    ...databases.all.map(({ identifier }) => identifier),
    ...onInstances.map(({ process }) => process.name),
  ]
  const database = databases.all.find(
    ({ identifier, node }) => wanted === undefined || [identifier, node].includes(wanted),
  )
  const own = onInstances.find(({ process, instance }) =>
    wanted === undefined ? !database : [process.name, process.database, instance.id].includes(wanted),
  )
  if (!database && own) return yield* instanceDatabaseSession(world, own, aborted(signal))
  if (!database) {
    throw new TerraceError(
      'CONNECT_NO_DATABASE',
      `there is no database ${wanted ?? ''}; there is ${names.join(', ') || 'none'}`,
    )
  }
  if (database.engine === 'embedded') {
    throw new TerraceError(
      'CONNECT_EMBEDDED',
      `${database.identifier} is embedded in its application: no client reaches it`,
      {
        hint: 'with MariaDB installed the database is a server; terrace doctor says how to get it',
      },
    )
  }
  const { endpoint, port, masterUsername, masterPassword, databaseName } = database.definition
  const resolve = async (text: string) => secrets.resolve(await parameters.resolveSecure(text))
  const from = via === undefined ? await bastionOf(agents) : network.interfaces().find(({ owner }) => owner === via)
  if (!from) {
    throw new TerraceError(
      'CONNECT_NO_PLACE',
      via === undefined ? 'there is no bastion: every instance runs a workload' : `there is no instance or task ${via}`,
      { hint: 'name the instance or tier to go through with --via; terrace status lists them' },
    )
  }
  const relay = await network.openRelay(from, endpoint, port)
  const id = `database-0${world.random.text(16, '0123456789abcdef')}`
  journal.write({
    kind: 'ssm.databaseSession',
    node: database.node,
    message: `a client session to ${database.identifier} goes through ${from.owner} (${from.address})`,
    details: { session: id, via: from.owner },
  })
  try {
    yield {
      kind: 'database',
      session: id,
      via: from.owner,
      engine: database.definition.engine,
      socket: relay.socket,
      host: endpoint,
      port,
      username: await resolve(masterUsername),
      password: await resolve(masterPassword),
      ...(databaseName === undefined ? {} : { name: databaseName }),
    }
    await aborted(signal)
  } finally {
    relay.close()
    journal.write({
      kind: 'ssm.databaseSessionEnded',
      node: database.node,
      message: `the client session to ${database.identifier} through ${from.owner} ended`,
      details: { session: id, via: from.owner },
    })
  }
}

/** The instance that is there for people: it runs nothing. */
async function bastionOf(agents: Agents): Promise<NetworkInterface | undefined> {
  const idle = (await agents.instances()).filter(
    ({ machine, state }) => state === 'running' && (machine.workload?.processes.length ?? 0) === 0,
  )
  return idle[0]?.networkInterface
}

function userOf(userData: string, name: string, instance: string): PurposeUser {
  const users = usersIn(userData)
  const user = users.find(each => each.name === name)
  if (user) return user
  const known = users.map(each => each.name).join(', ') || 'none'
  throw new TerraceError('CONNECT_NO_USER', `${instance} has no user ${name}; it has ${known}`, {
    hint: 'users are those of /etc/terrace/users.json in the user data; leave --as away for a plain shell',
  })
}

/** Resolves at the first end: nothing for the caller's own, else the reason. */
function aborted(caller: AbortSignal, other?: AbortSignal): Promise<string | undefined> {
  return new Promise(resolve => {
    const look = () => {
      if (caller.aborted) resolve(undefined)
      else if (other?.aborted) resolve(String(other.reason))
    }
    caller.addEventListener('abort', look, { once: true })
    other?.addEventListener('abort', look, { once: true })
    look()
  })
}
