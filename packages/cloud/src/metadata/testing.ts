import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, VirtualClock } from '@terrace/kit'
import type { Role } from '@terrace/model'
import { policy, testRole } from '../gateway/testing.ts'
import { CredentialStore } from '../identity/credential-store.ts'
import { Journal } from '../journal.ts'
import { testArchitecture } from '../testing/architecture.ts'

/** A role that a service may take on. */
export const trustingRole = (name: string, service: string): Role => ({
  ...testRole(name, { Effect: 'Allow', Action: '*', Resource: '*' }),
  trust: policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }),
})

/** What a metadata service needs of the world, on a virtual clock. */
export function metadataWorld(...roles: readonly Role[]) {
  const clock = new VirtualClock()
  return {
    clock,
    realtime: clock,
    architecture: testArchitecture(roles),
    journal: new Journal(clock),
    secureRandom: seeded('metadata'),
    credentials: new CredentialStore(clock, seeded('credentials')),
  }
}

/** A folder for sockets, and its end. */
export function socketFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-md-'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** One request over the socket. */
export function ask(
  socketPath: string,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const outgoing = request({ socketPath, path, method, headers, agent: false }, async answer => {
      let body = ''
      for await (const chunk of answer) body += chunk
      resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers })
    })
    outgoing.on('error', reject).end()
  })
}

/** A TCP port that leads to a socket, for clients that know no sockets. */
export async function bridge(socketPath: string) {
  const server = createServer(client => {
    const socket = connect(socketPath)
    client.pipe(socket).pipe(client)
    client.on('error', () => socket.destroy())
    socket.on('error', () => client.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() }
}

/** The environment of a workload for a while: nothing of the user's own `AWS_*`. */
export function environment(values: Readonly<Record<string, string>>) {
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, values)
  return {
    [Symbol.dispose]() {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
      Object.assign(process.env, before)
    },
  }
}
