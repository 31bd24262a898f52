import { findSystem } from '../system/find.ts'
import { stopSystem } from '../system/stop-system.ts'
import type { AddCommand } from './command.ts'

/** `terrace down [name]` */
export const addDown: AddCommand = (program, { context }) => {
  program
    .command('down')
    .summary('stop a system; its data stays')
    .description(
      'Drains and stops it. Ends by process id what is left of a run that was killed. Does nothing when nothing runs.',
    )
    .argument('[name]', 'the system; may be left away when only one is running')
    .action(async (name: string | undefined) => {
      const system = findSystem(name, context.cwd, 'down')
      if (!system) return context.say('nothing was running')
      const stopped = await stopSystem(system, context)
      context.say(stopped ? `${system.name} is stopped` : `${system.name} was not running`)
    })
}
