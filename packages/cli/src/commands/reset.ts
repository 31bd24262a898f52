import { connect } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import { findSystem, type System } from '../system/find.ts'
import { forget } from '../system/forget.ts'
import { stopSystem } from '../system/stop-system.ts'
import type { AddCommand } from './command.ts'

/** `terrace reset [name]` */
export const addReset: AddCommand = (program, { context }) => {
  program
    .command('reset')
    .summary('stop a system and forget its data')
    .description(
      `Does what down does, and then removes its databases, objects, secrets, certificates and logs. Snapshots stay; of a
database that runs, and whose DeletionPolicy is Snapshot, a last one is taken.`,
    )
    .argument('[name]', 'the system; may be left away when only one is running')
    .action(async (name: string | undefined) => {
      const system = findSystem(name, context.cwd, 'reset')
      if (!system) return context.say('nothing was running: say which system to forget, terrace reset <name>')
      const snapshots = await finalSnapshots(system)
      await stopSystem(system, context)
      const removed = forget(system)
      for (const snapshot of snapshots) context.say(`took the snapshot ${snapshot}`)
      context.say(removed ? `${system.name} is stopped, and its data is gone` : `${system.name} had nothing to forget`)
    })
}

/** What doesn't run can't be asked for a snapshot, and must not keep anybody from forgetting it. */
async function finalSnapshots({ stateFolder }: System): Promise<readonly string[]> {
  try {
    const client = connect(stateFolder)
    return (await client.status()).ready ? await client.finalSnapshots() : []
  } catch (error) {
    if (error instanceof TerraceError && error.blame === 'input') return []
    throw error
  }
}
