import { messageOf } from '@terrace/kit'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Agents } from '../agent/agent.ts'
import { InvalidCommandId, InvalidInstanceId, InvalidParameters } from '../errors.ts'
import { LONGEST_OUTPUT } from '../limits.ts'
import { type Command, type CommandRequest, type CommandTarget, type Invocation, isOver } from './command.ts'
import { runScript, type ScriptEnd } from './script.ts'

/** The commands that were sent since the start of the cloud, and what they did. */
export class Commands {
  readonly #world: World
  readonly #agents: Agents
  readonly #commands = new Map<string, Command>()
  readonly #cancel = new Map<string, AbortController>()
  readonly #running = new Set<Promise<void>>()

  constructor(world: World, agents: Agents) {
    this.#world = world
    this.#agents = agents
  }

  /** The newest first. */
  get all(): readonly Command[] {
    return [...this.#commands.values()].reverse()
  }

  /** @throws InvalidCommandId */
  get(id: string): Command {
    const command = this.#commands.get(id)
    if (!command) throw new InvalidCommandId()
    return command
  }

  /**
   * Sends a command; what it does goes on after that.
   *
   * @throws InvalidInstanceId when an instance that is named is not connected; targets that aren't are left out
   */
  async send(request: CommandRequest): Promise<Command> {
    const { random, clock, journal } = this.#world
    const instances = await this.#chosen(request)
    const id = random.uuid()
    const requestedAt = clock.now()
    const command: Command = {
      id,
      request,
      requestedAt,
      expiresAt: requestedAt + request.deliveryTimeout,
      status: instances.length === 0 ? 'Success' : 'Pending',
      statusDetails: instances.length === 0 ? 'NoInstancesInTag' : 'Pending',
      invocations: instances.map(instance => invocationOn(instance, requestedAt)),
    }
    this.#commands.set(id, command)
    const cancel = new AbortController()
    this.#cancel.set(id, cancel)
    journal.write({
      kind: 'ssm.commandSent',
      message: `the command ${id} (${request.documentName}) was sent to ${instances.map(each => each.id).join(', ') || 'no instance'}`,
      details: { command: id, instances: instances.map(each => each.id) },
    })
    const work = this.#carryOut(command, instances, cancel.signal)
    this.#running.add(work)
    void work.finally(() => this.#running.delete(work))
    return command
  }

  /** @param instanceIds  absent: everywhere @throws InvalidCommandId */
  cancel(id: string, instanceIds: readonly string[]): void {
    const command = this.get(id)
    const named = command.invocations.filter(
      ({ instanceId }) => instanceIds.length === 0 || instanceIds.includes(instanceId),
    )
    const open = named.filter(({ status }) => !isOver(status))
    for (const invocation of open) {
      if (invocation.status === 'Pending') end(invocation, 'Cancelled', 'Cancelled', this.#world.clock.now())
      else set(invocation, 'Cancelling', 'Cancelling')
    }
    if (
      open.length === command.invocations.filter(({ status }) => !isOver(status)).length ||
      instanceIds.length === 0
    ) {
      if (!isOver(command.status)) set(command, 'Cancelling', 'Cancelling')
    }
    for (const { instanceId } of open) this.#cancel.get(`${id} ${instanceId}`)?.abort()
    if (instanceIds.length === 0) this.#cancel.get(id)?.abort()
    this.#sum(command)
  }

  /** Ends what still runs. */
  async stop(): Promise<void> {
    for (const cancel of this.#cancel.values()) cancel.abort()
    await Promise.all(this.#running)
  }

  async #chosen({ instanceIds, targets }: CommandRequest): Promise<readonly Instance[]> {
    const instances = await this.#agents.instances()
    if (instanceIds.length > 0) {
      const named = instanceIds.map(id => {
        const found = instances.find(instance => instance.id === id)
        if (!found) throw new InvalidInstanceId()
        return found
      })
      for (const instance of named) {
        const obstacle = await this.#agents.obstacle(instance, 'commands')
        if (obstacle === undefined) continue
        this.#world.journal.write({
          kind: 'ssm.notConnected',
          node: instance.owner,
          message: `no command can be sent to ${instance.id}: ${obstacle}`,
          details: { instance: instance.id, because: obstacle },
        })
        throw new InvalidInstanceId()
      }
      return named
    }
    const managed = await this.#agents.managed()
    return managed.filter(instance => targets.every(target => isTarget(instance, target)))
  }

  async #carryOut(command: Command, instances: readonly Instance[], signal: AbortSignal): Promise<void> {
    const { request } = command
    const most = countOf(request.maxConcurrency, instances.length)
    const errors = countOf(request.maxErrors, instances.length)
    if (instances.length > 0) set(command, 'InProgress', 'InProgress')
    const waiting = [...instances]
    const work = async () => {
      for (let instance = waiting.shift(); instance; instance = waiting.shift()) {
        const failed = command.invocations.filter(({ status }) => status === 'Failed' || status === 'TimedOut').length
        const invocation = command.invocations.find(each => each.instanceId === instance.id)
        if (!invocation || isOver(invocation.status)) continue
        if (failed > errors) end(invocation, 'Failed', 'Terminated', this.#world.clock.now())
        else await this.#runOn(command, instance, invocation, signal)
      }
    }
    await Promise.all(Array.from({ length: Math.max(1, most) }, work))
    this.#sum(command)
  }

  async #runOn(command: Command, instance: Instance, invocation: Invocation, all: AbortSignal): Promise<void> {
    const { clock, journal } = this.#world
    const { request, id } = command
    const own = new AbortController()
    this.#cancel.set(`${id} ${instance.id}`, own)
    try {
      const obstacle = await this.#agents.obstacle(instance, 'commands')
      const { host } = instance
      if (obstacle !== undefined || !host) {
        await clock
          .sleep(Math.max(0, command.expiresAt - clock.now()), AbortSignal.any([all, own.signal]))
          .catch(() => {})
        const cancelled = all.aborted || own.signal.aborted
        return end(
          invocation,
          cancelled ? 'Cancelled' : 'TimedOut',
          cancelled ? 'Cancelled' : 'DeliveryTimedOut',
          clock.now(),
        )
      }
      invocation.startedAt = clock.now()
      set(invocation, 'InProgress', 'InProgress')
      const done = await runScript(this.#world, host, {
        commandId: id,
        instance: instance.id,
        commands: request.commands,
        workingDirectory: request.workingDirectory,
        timeout: request.executionTimeout,
        signal: AbortSignal.any([all, own.signal]),
        onLine: (line, stream) => take(invocation, line, stream),
      })
      finish(invocation, done, clock.now())
    } catch (error) {
      invocation.errorOutput += messageOf(error)
      end(invocation, 'Failed', 'Undeliverable', clock.now())
    } finally {
      this.#cancel.delete(`${id} ${instance.id}`)
      journal.write({
        kind: 'ssm.commandEnded',
        node: instance.owner,
        message: `the command ${id} ended on ${instance.id}: ${invocation.statusDetails}, code ${invocation.responseCode}`,
        details: { command: id, instance: instance.id, status: invocation.status, code: invocation.responseCode },
      })
    }
  }

  /** @see Systems Manager User Guide "Understanding command statuses": the status of a command from those of its invocations */
  #sum(command: Command): void {
    const states = command.invocations.map(({ status }) => status)
    if (states.length === 0 || !states.every(isOver)) return
    const worst = (['Failed', 'TimedOut', 'Cancelled'] as const).find(status => states.includes(status)) ?? 'Success'
    const details = command.invocations.find(({ status }) => status === worst)?.statusDetails ?? worst
    set(command, worst, details)
    this.#cancel.delete(command.id)
  }
}

function invocationOn(instance: Instance, requestedAt: number): Invocation {
  return {
    instanceId: instance.id,
    instanceName: instance.tags.Name ?? '',
    status: 'Pending',
    statusDetails: 'Pending',
    requestedAt,
    startedAt: undefined,
    endedAt: undefined,
    responseCode: -1,
    output: '',
    errorOutput: '',
  }
}

function isTarget(instance: Instance, { key, values }: CommandTarget): boolean {
  if (/^instanceids$/i.test(key)) return values.includes(instance.id)
  if (key === 'tag-key') return values.some(name => instance.tags[name] !== undefined)
  const value = instance.tags[key.slice('tag:'.length)]
  return value !== undefined && values.includes(value)
}

/** `10` or `20%`. @throws InvalidParameters */
export function countOf(text: string, of: number): number {
  const [, number, percent] = /^(\d+)(%?)$/.exec(text) ?? []
  if (number === undefined) throw new InvalidParameters(`${text} is no number and no percentage.`)
  return percent === '%' ? Math.floor((of * Number(number)) / 100) : Number(number)
}

function take(invocation: Invocation, line: string, stream: 'out' | 'err'): void {
  // More than this nobody can ask for.
  if (stream === 'out') invocation.output = `${invocation.output}${line}\n`.slice(0, LONGEST_OUTPUT + 1)
  else invocation.errorOutput = `${invocation.errorOutput}${line}\n`.slice(0, LONGEST_OUTPUT + 1)
}

function finish(invocation: Invocation, { exit, by }: ScriptEnd, now: number): void {
  if (by === 'late') return end(invocation, 'TimedOut', 'ExecutionTimedOut', now)
  if (by === 'cancelled') return end(invocation, 'Cancelled', 'Cancelled', now)
  invocation.responseCode = exit.code ?? 1
  if (exit.code === 0) return end(invocation, 'Success', 'Success', now)
  invocation.errorOutput += `failed to run commands: ${exit.signal === null ? `exit status ${exit.code}` : `signal: ${exit.signal}`}`
  end(invocation, 'Failed', 'Failed', now)
}

function end(invocation: Invocation, status: Invocation['status'], details: string, now: number): void {
  set(invocation, status, details)
  invocation.endedAt = now
}

function set(of: Pick<Invocation, 'status' | 'statusDetails'>, status: Invocation['status'], details: string): void {
  of.status = status
  of.statusDetails = details
}
