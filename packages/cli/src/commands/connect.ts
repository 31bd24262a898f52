import { connect } from '@terrace/control'
import { chooseTarget } from '../connect/choose-target.ts'
import { connectDatabase } from '../connect/database.ts'
import { connectPlace } from '../connect/place.ts'
import { inherit } from '../connect/run-child.ts'
import { connectAsUser } from '../connect/user.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

interface Options {
  readonly as?: string
  readonly via?: string
}

/** `terrace connect <system> [tier, instance or db] [-- command…]` */
export const addConnect: AddCommand = (program, session) => {
  const { context, signals } = session
  program
    .command('connect')
    .summary('open a shell where an instance is, or a client session to the database')
    .description(
      'Opens a shell in the place of an instance (its files, its network position, its role), or runs a command there. With db: a client session to the database, through the network position of the bastion.',
    )
    .argument('<name>', 'the system')
    .argument('[target]', 'a tier, an instance id (the beginning is enough), or db; may be left away with one tier')
    .argument('[command...]', 'after --: what to run instead of a shell, or what the client of the database gets')
    .option('--as <user>', 'a user that the instance makes: only its own commands')
    .option('--via <instance or tier>', 'with db: go through that one instead of the bastion')
    .addHelpText(
      'after',
      `
Examples:
  terrace connect notes db
  terrace connect shop App -- curl -sS http://localhost:8000/readyz
  terrace connect shop App --as read-only -- status`,
    )
    .action(async (name: string, target: string | undefined, command: string[], options: Options) => {
      const { stateFolder } = requireSystem(name, context.cwd, 'connect')
      const client = connect(stateFolder)
      const choice = chooseTarget(await client.status(), { name, target, ...options })
      const io = { context, signals, run: inherit, terminal: process.stdin.isTTY === true }
      if (choice.kind === 'database') {
        session.exitCode = await connectDatabase(client, choice, command, io)
      } else if (options.as !== undefined) {
        session.exitCode = await connectAsUser(client, { instance: choice.instance, as: options.as }, command, io)
      } else {
        session.exitCode = await connectPlace(client, choice, command, io)
      }
    })
}
