import type { Browser } from 'playwright-core'
import { clientsFor } from '../clients.ts'
import type { Picture } from '../picture.ts'
import type { PicturedSystem } from '../system.ts'
import { serviceHealth, targetHealth, taskDefinition } from './application.ts'
import { bastion, database } from './data.ts'
import { architecture, infrastructure } from './diagrams.ts'
import { certificate, nginx, overHttps } from './front.ts'
import { groups, routes, topology } from './network.ts'
import { addSamples } from './samples.ts'

/** Every picture that the document of the notes promises, from the running system. */
export async function picturesOfNotes(system: PicturedSystem, browser: Browser): Promise<readonly Picture[]> {
  const clients = clientsFor(system.gateway)
  const removeSamples = await addSamples(system.address)
  try {
    return [
      await architecture(clients),
      await infrastructure(clients),
      await topology(clients),
      await routes(clients),
      await groups(clients),
      await nginx(clients),
      await certificate(clients, system.address),
      await database(clients),
      await taskDefinition(clients),
      await serviceHealth(clients),
      await targetHealth(clients),
      await overHttps(browser, system.address),
      await bastion(),
    ]
  } finally {
    await removeSamples()
  }
}
