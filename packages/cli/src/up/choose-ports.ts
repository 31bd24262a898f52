import { createServer } from 'node:net'
import { errnoOf } from '@terrace/kit'
import { CliErrors } from '../errors.ts'
import { portHolder } from './port-holder.ts'

/** The three ports of a system: what stands for 443, what stands for 80, and the gateway for AWS clients. */
export interface SystemPorts {
  readonly public: number
  readonly http: number
  readonly gateway: number
}

/** Where systems go that were given no port, and how far apart they are. */
const FIRST_PORT = 4430
const STEP = 10
const BLOCKS = 50

const USES = { public: 'it stands for 443', http: 'it stands for 80', gateway: 'the AWS gateway' } as const

/** The ports that `--port N` means. */
export const portsFrom = (first: number): SystemPorts => ({ public: first, http: first + 1, gateway: first + 2 })

/**
 * The ports asked for, or the first free block from 4430 upwards.
 *
 * @throws TerraceError CLI_PORT_IN_USE, naming the holder when it can be known; CLI_NO_FREE_PORTS
 */
export async function choosePorts(asked: number | undefined): Promise<SystemPorts> {
  if (asked !== undefined) {
    const ports = portsFrom(asked)
    for (const [use, port] of usesOf(ports)) await refuseTaken(port, USES[use])
    return ports
  }
  for (let block = 0; block < BLOCKS; block++) {
    const ports = portsFrom(FIRST_PORT + block * STEP)
    if (await areFree(ports)) return ports
  }
  throw CliErrors.noFreePorts(FIRST_PORT, FIRST_PORT + BLOCKS * STEP)
}

/** Whether these are not the ports that a system gets when nothing is in the way. */
export const isMovedAside = (ports: SystemPorts): boolean => ports.public !== FIRST_PORT

const usesOf = (ports: SystemPorts) => Object.entries(ports) as [keyof SystemPorts, number][]

async function refuseTaken(port: number, use: string): Promise<void> {
  const problem = await problemOf(port)
  if (problem === 'EACCES' || problem === 'EPERM') throw CliErrors.portForbidden(port, use)
  if (problem !== undefined) throw CliErrors.portInUse(port, use, portHolder(port), true)
}

async function areFree(ports: SystemPorts): Promise<boolean> {
  for (const [, port] of usesOf(ports)) if ((await problemOf(port)) !== undefined) return false
  return true
}

/** Why a port can't be opened on loopback, in either IP version; nothing when it can. */
async function problemOf(port: number): Promise<string | undefined> {
  for (const host of ['127.0.0.1', '::1']) {
    const problem = await tryToListen(port, host)
    // A machine without IPv6 has no ::1, and nobody listens there.
    if (problem !== undefined && problem !== 'EADDRNOTAVAIL' && problem !== 'EAFNOSUPPORT') return problem
  }
  return undefined
}

function tryToListen(port: number, host: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve(errnoOf(error) ?? error.message))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
