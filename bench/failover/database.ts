import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { seconds, seeded, systemClock } from '@terrace/kit'
import { makeWorld } from '../../packages/cloud/src/make-world.ts'
import { VpcNetwork } from '../../packages/cloud/src/network/vpc-network.ts'
import { rdsService } from '../../packages/cloud/src/services/rds/index.ts'
import { libraryDatabase, subnet, VPC } from '../../packages/cloud/src/services/rds/testing.ts'
import { testArchitecture } from '../../packages/cloud/src/testing/architecture.ts'

/** A Multi-AZ MariaDB of the local cloud, and ways to hurt it. */
export interface BenchDatabase {
  /** Always leads to where the endpoint's name leads. */
  readonly door: string
  /** Resolves at the next entry of that kind in the journal. */
  next(kind: string): Promise<unknown>
  killPrimary(): void
  stopStandbyZone(): Promise<void>
  stop(): Promise<void>
}

/** Starts it with nothing else of the cloud around it. */
export async function startDatabase(folder: string, seed: number): Promise<BenchDatabase> {
  const definition = libraryDatabase({ multiAz: true })
  const architecture = testArchitecture([VPC, subnet('a', '10.0.1.0/24'), subnet('b', '10.0.2.0/24'), definition])
  const random = seeded(seed)
  const world = makeWorld({ architecture, stateFolder: join(folder, 'state'), clock: systemClock, random })
  const { journal, ports, supervisor, zones } = world
  zones.onChange((zone, up) => (up ? supervisor.endFrozen(zone) : supervisor.freeze(zone)))
  const network = new VpcNetwork({ architecture, random, folder: world.folders.run, clock: systemClock, journal })
  ports.provide('network', network)
  ports.provide('secrets', { read: async () => 'secret', resolve: async text => text.replace(/\{\{.*\}\}/, 'secret') })
  const service = await rdsService({ embedded: 'never' }).start(world)
  const databases = await ports.need('databases')
  const instance = databases.of(definition.id)

  await mkdir(folder, { recursive: true })
  const door = join(folder, 'door')
  let turn = Promise.resolve()
  const point = async () => {
    const [address] = network.resolve(definition.endpoint)
    const place = network.interfaces().find(each => each.address === address)
    if (!place) return
    await rm(`${door}.new`, { force: true })
    await symlink(network.socketOf(place, definition.port), `${door}.new`)
    await rename(`${door}.new`, door)
  }
  await point()
  const unsubscribe = network.onChange(() => {
    turn = turn.then(point)
  })

  return {
    door,
    next: kind => journal.next(entry => entry.kind === kind),
    killPrimary() {
      // The first member is called as the instance; it sits in the preferred zone.
      const first = instance.members[0]?.zone === definition.zone
      const name = first ? definition.identifier : `${definition.identifier}-2`
      supervisor.processes.find(process => process.name === name)?.kill('SIGKILL')
    },
    stopStandbyZone: () => zones.stop(instance.members[1]?.zone ?? ''),
    async stop() {
      unsubscribe()
      await turn
      await service.stop()
      await supervisor.stopAll(seconds(10))
      await world.logs.close()
      await rm(world.folders.run, { recursive: true, force: true })
    },
  }
}
