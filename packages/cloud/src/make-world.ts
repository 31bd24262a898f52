import { join } from 'node:path'
import { type Clock, type Random, secureRandom, systemClock } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import { Deliveries } from './deliveries.ts'
import { makeFolders } from './folders.ts'
import { Calls } from './identity/calls.ts'
import { CredentialStore } from './identity/credential-store.ts'
import { Journal } from './journal.ts'
import { Logs } from './logs.ts'
import { MetricStore } from './metrics/metric-store.ts'
import { Ports } from './ports.ts'
import { createSupervisor } from './processes/supervisor.ts'
import { Hosts } from './workload/hosts.ts'
import type { World } from './world.ts'
import { Zones } from './zones.ts'

/** What a world is made from; everything else follows. */
export interface WorldOptions {
  readonly architecture: Architecture
  readonly stateFolder: string
  /** Of the control loops. */
  readonly clock: Clock
  readonly random: Random
  /** Writes the journal to the state folder, too. */
  readonly keepJournal?: boolean
}

/** Makes the surroundings of the services, and the folders of the system. Nothing runs in it yet. */
export function makeWorld({ architecture, stateFolder, clock, random, keepJournal = false }: WorldOptions): World {
  const folders = makeFolders(stateFolder)
  const journal = new Journal(clock, keepJournal ? join(folders.logs, 'journal.jsonl') : undefined)
  const supervisor = createSupervisor({ clock: systemClock, record: join(folders.state, 'processes.json') })
  return {
    architecture,
    clock,
    realtime: systemClock,
    random,
    secureRandom,
    folders,
    journal,
    logs: new Logs(clock, folders.logs),
    supervisor,
    ports: new Ports(),
    metrics: new MetricStore(clock),
    deliveries: new Deliveries(journal),
    credentials: new CredentialStore(systemClock, secureRandom),
    calls: new Calls(),
    zones: new Zones(architecture.zones, journal, supervisor),
    hosts: new Hosts(),
  }
}
