import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { digest, seconds } from '@terrace/kit'
import type { Instance } from '../../../../ports.ts'
import { findProgram } from '../../../../programs/find.ts'
import type { World } from '../../../../world.ts'
import type { ChannelEnd, ChannelOutput } from './data-channel.ts'

const PROGRAM = new URL('./shell-program.ts', import.meta.url).pathname

const KIND = { data: 1, error: 2, size: 3, exit: 4 } as const

/** What runs in a session. */
export interface ShellSpec {
  readonly sessionId: string
  /** Absent: a shell. */
  readonly command?: string | undefined
  /** Whether it has a terminal; `AWS-StartNonInteractiveCommand` has none. */
  readonly terminal: boolean
}

/**
 * A shell in the place of an instance, in a process of its own: it freezes when the zone stops.
 *
 * differs: it is the user of this machine's, not ssm-user's; a terminal needs the program `script` (util-linux), and without
 *   it input and output are plain pipes
 */
export async function openShell(
  world: World,
  instance: Instance,
  spec: ShellSpec,
  output: ChannelOutput,
): Promise<ChannelEnd> {
  const place = await instance.host?.place()
  if (!place) throw new Error(`${instance.id} has just stopped`)
  const socket = join(world.folders.run, `ssm-${digest(spec.sessionId, 12)}.sock`)
  const server = createServer()
  server.listen(socket)
  await once(server, 'listening')
  const connected = once(server, 'connection')
  const { NODE_OPTIONS = '', ...environment } = place.environment
  const script = spec.terminal && process.platform === 'linux' ? findProgram(['script']) : undefined
  const managed = await world.supervisor.start({
    name: `${instance.id} session ${spec.sessionId}`,
    command: process.execPath,
    args: [PROGRAM],
    cwd: place.folder,
    environment: {
      ...environment,
      TERRACE_SESSION: socket,
      TERRACE_NODE_OPTIONS: NODE_OPTIONS,
      AWS_SSM_INSTANCE_ID: instance.id,
      ...(spec.command === undefined ? {} : { TERRACE_COMMAND: spec.command }),
      ...(script === undefined ? {} : { TERRACE_SCRIPT: script }),
    },
    zone: instance.zone,
    onLine: () => {},
  })
  const first = await Promise.race([connected, managed.exited])
  server.close()
  rmSync(socket, { force: true })
  if (!Array.isArray(first)) throw new Error('the shell could not start')
  return bridge(first[0], output, spec.terminal, async () => void (await managed.stop(seconds(1))))
}

function bridge(connection: Socket, output: ChannelOutput, terminal: boolean, stop: () => Promise<void>): ChannelEnd {
  let received = Buffer.alloc(0)
  const take = (kind: number, data: Buffer) => {
    if (kind === KIND.data) output.send(data)
    if (kind === KIND.error) output.send(data, 'err')
    if (kind !== KIND.exit) return
    // A shell's end is the session's; a command's code is what its caller wants to know.
    if (!terminal) output.exitCode(Number(data.toString()))
    output.end('')
  }
  connection.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 5) {
      const length = received.readUInt32BE(1)
      if (received.length < 5 + length) return
      take(received.readUInt8(0), Buffer.from(received.subarray(5, 5 + length)))
      received = received.subarray(5 + length)
    }
  })
  connection.on('error', () => connection.destroy())
  const send = (kind: number, data: Buffer) => {
    const head = Buffer.alloc(5)
    head.writeUInt8(kind, 0)
    head.writeUInt32BE(data.length, 1)
    if (connection.writable) connection.write(Buffer.concat([head, data]))
  }
  return {
    input: data => send(KIND.data, data),
    resize: (columns, rows) => send(KIND.size, Buffer.from(`${columns} ${rows}`)),
    disconnect() {},
    async close() {
      connection.destroy()
      await stop()
    },
  }
}
