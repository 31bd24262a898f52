import { HEX, type Stop, TerraceError } from '@terrace/kit'
import type { Principal } from '../../../identity/principal.ts'
import type { World } from '../../../world.ts'
import type { FunctionRecord, FunctionVersion } from '../function.ts'
import { IDLE_TIME, LONGEST_LIFE } from '../limits.ts'
import type { FunctionRoles } from '../roles.ts'
import type { FailureBody } from '../runtime/messages.ts'
import { ExecutionEnvironment } from './environment.ts'
import type { FunctionLog, FunctionLogs } from './log.ts'
import { openPlace, type Place } from './place.ts'
import { isWritten } from './platform-lines.ts'
import { FunctionSockets } from './sockets.ts'

/** An environment in the hands of one execution. */
export interface Borrowed {
  readonly environment: ExecutionEnvironment
  readonly log: FunctionLog
  /** Why it could not start. */
  readonly failure?: FailureBody
}

interface Member extends Borrowed {
  stopIdle: Stop
}

/** What the processes of one revision of a function share. */
interface Family {
  readonly principal: Principal
  readonly place: Promise<Place>
  readonly idle: Member[]
  readonly members: Set<Member>
}

/** The processes of all functions: started when they are needed, kept for what comes next, ended when nothing does. */
export class Environments {
  readonly #world: World
  readonly #roles: FunctionRoles
  readonly #logs: FunctionLogs
  readonly #families = new Map<string, Family>()
  readonly #stopZones: Stop
  readonly #closing = new Set<Promise<void>>()
  #sockets: Promise<FunctionSockets> | undefined
  #stopped = false

  constructor(world: World, roles: FunctionRoles, logs: FunctionLogs) {
    this.#world = world
    this.#roles = roles
    this.#logs = logs
    this.#stopZones = world.zones.onChange((zone, up) => {
      if (!up) this.#leaveZone(zone)
    })
  }

  /** How many processes there are. */
  get count(): number {
    return [...this.#families.values()].reduce((sum, { members }) => sum + members.size, 0)
  }

  /** One that waits, else a new one. */
  async borrow(record: FunctionRecord, version: FunctionVersion): Promise<Borrowed> {
    const family = this.#familyOf(record, version)
    const waiting = family.idle.pop()
    if (!waiting) return await this.#startOne(record.name, version, family)
    waiting.stopIdle()
    return waiting
  }

  /** Gives one back: it is kept, unless it has ended, is too old, or is of a revision that is gone. */
  async giveBack(name: string, { environment }: Borrowed): Promise<void> {
    const family = this.#families.get(keyOf(name, environment.version))
    const member = family && [...family.members].find(each => each.environment === environment)
    const { realtime } = this.#world
    const old = realtime.now() - environment.startedAt > LONGEST_LIFE
    if (!family || !member || environment.ended || old) {
      if (member) family?.members.delete(member)
      await environment.end()
      return
    }
    member.stopIdle = realtime.after(IDLE_TIME, () => void this.#end(family, member))
    family.idle.push(member)
  }

  /** Ends the processes of a function that are of another revision than these. */
  retire(name: string, kept: readonly FunctionVersion[]): void {
    const keys = new Set(kept.map(version => keyOf(name, version)))
    for (const [key, family] of this.#families) {
      if (!key.startsWith(`${name} `) || keys.has(key)) continue
      this.#families.delete(key)
      this.#closeLater(family)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopZones()
    const families = [...this.#families.values()]
    this.#families.clear()
    await Promise.all(families.flatMap(({ members }) => [...members].map(({ environment }) => environment.end())))
    await Promise.all([...families.map(family => this.#close(family)), ...this.#closing])
    const sockets = await this.#sockets
    sockets?.close()
  }

  #familyOf({ name }: FunctionRecord, version: FunctionVersion): Family {
    const key = keyOf(name, version)
    const known = this.#families.get(key)
    if (known) return known
    const principal = this.#roles.principalOf(name, version.settings.roleArn)
    const place = openPlace(this.#world, name, version.settings, principal)
    const family: Family = { principal, place, idle: [], members: new Set() }
    this.#families.set(key, family)
    // The next one tries again.
    place.catch(() => this.#families.get(key) === family && this.#families.delete(key))
    return family
  }

  async #startOne(name: string, version: FunctionVersion, family: Family): Promise<Borrowed> {
    const { clock, ports, secureRandom } = this.#world
    this.#sockets ??= FunctionSockets.open(this.#world.folders.run)
    const [place, sockets, authority] = await Promise.all([
      family.place,
      this.#sockets,
      ports.need('internalAuthority'),
    ])
    if (this.#stopped) throw new TerraceError('LAMBDA_STOPPED', `${name} does not start: the cloud stops`)
    const { logging } = version.settings
    const group = logging.group ?? `/aws/lambda/${name}`
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
    const stream = `${day}/[${version.version}]${secureRandom.text(32, HEX)}`
    const log = this.#logs.open(name, family.principal, group, stream)
    const environment = new ExecutionEnvironment(this.#world, {
      id: secureRandom.text(32, HEX),
      name,
      version,
      place,
      credentials: this.#roles.credentialsOf(family.principal),
      sockets,
      authorityFile: authority.file,
      logGroup: group,
      logStream: stream,
      onLog: (text, level) => {
        if (isWritten(logging, level)) log.write(text)
      },
    })
    const member: Member = { environment, log, stopIdle: () => {} }
    family.members.add(member)
    const failure = await environment.start()
    if (failure) family.members.delete(member)
    else environment.onExit(() => this.#forget(family, member))
    return failure ? { environment, log, failure } : member
  }

  #forget(family: Family, member: Member): void {
    member.stopIdle()
    family.members.delete(member)
    const index = family.idle.indexOf(member)
    if (index >= 0) family.idle.splice(index, 1)
  }

  async #end(family: Family, member: Member): Promise<void> {
    this.#forget(family, member)
    await member.environment.end()
  }

  #closeLater(family: Family): void {
    const closing = this.#close(family).finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  /** Those at work finish first: their answers are still waited for. */
  async #close(family: Family): Promise<void> {
    await Promise.all([...family.idle].map(member => this.#end(family, member)))
    await Promise.all([...family.members].map(({ environment }) => environment.over))
    const place = await family.place.catch(() => undefined)
    await place?.close()
  }

  /** What is in a zone without power answers nobody; new processes start elsewhere. */
  #leaveZone(zone: string): void {
    for (const [key, family] of this.#families) {
      void family.place.then(place => {
        if (place.zone !== zone || this.#families.get(key) !== family) return
        this.#families.delete(key)
        this.#closeLater(family)
      })
    }
  }
}

const keyOf = (name: string, { version, revision }: FunctionVersion): string => `${name} ${version} ${revision}`
