import { findSystem } from '../system/find.ts'
import { forget } from '../system/forget.ts'
import { stopSystem } from '../system/stop-system.ts'
import type { AddCommand } from './command.ts'

/** `terrace reset [name]` */
export const addReset: AddCommand = (program, { context }) => {
  program
    .command('reset')
    .summary('stop a system and forget its data')
    .description('Does what down does, and then removes its databases, objects, secrets, certificates and logs.')
    .argument('[name]', 'the system; may be left away when only one is running')
    .action(async (name: string | undefined) => {
      const system = findSystem(name, context.cwd, 'reset')
      if (!system) return context.say('nothing was running: say which system to forget, terrace reset <name>')
      await stopSystem(system, context)
      const removed = forget(system)
      context.say(removed ? `${system.name} is stopped, and its data is gone` : `${system.name} had nothing to forget`)
    })
}
