import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changeSet, type DescribedResource } from '@terrace/loader'
import type { Context } from '../context.ts'
import { EXIT } from '../context.ts'
import { countChanges, describeChanges } from '../output/describe-changes.ts'
import { sourceOf } from '../synth/source.ts'
import { resolveTarget, type Target } from '../target/target.ts'
import { loadSource } from '../up/load-source.ts'
import type { AddCommand } from './command.ts'
import { addPair, type Pairs } from './options.ts'

interface Options {
  readonly target?: string
  readonly param: Pairs
  readonly context: Pairs
  readonly json?: boolean
}

/** Public names are compared, not opened: any port will do, as long as it is the same on both sides. */
const PORT = 4430

/** `terrace diff <from> <to>` */
export const addDiff: AddCommand = (program, session) => {
  program
    .command('diff')
    .summary('compare two environments of an app, or two targets')
    .description(
      `Loads both and shows per stack what is only in one of them, and the properties that differ, side by side.
Two environments, such as dev and prod, are the same CDK app with the context value environment=<name>: the app of the
current folder, or the one of --target. Anything else is two targets: template files, cloud assemblies, CDK app directories,
systems. Exit code 0: they are equal; 1: they differ.`,
    )
    .argument('<from>', 'an environment, or a target')
    .argument('<to>', 'an environment, or a target')
    .option('--target <target>', 'the CDK app whose environments are compared')
    .option('--param <K=V>', 'value of a template parameter, for both (repeatable)', addPair('--param'), {})
    .option('--context <K=V>', 'CDK context value, for both (repeatable)', addPair('--context'), {})
    .option('--json', 'print the change set as one JSON document')
    .action(async (from: string, to: string, options: Options) => {
      const { context } = session
      const app = appOf(options, [from, to], context.cwd)
      const one = await resourcesOf(from, app, options, context)
      const other = await resourcesOf(to, app, options, context)
      const changes = changeSet(one, withStacksOf(one, other))
      if (options.json) context.say(JSON.stringify({ from, to, changes }))
      else if (changes.length === 0) context.say(`${from} and ${to} are equal`)
      else {
        context.say(describeChanges(changes, context.colors))
        context.say(`\nfrom ${from} to ${to}: ${countChanges(changes)}`)
      }
      session.exitCode = changes.length === 0 ? EXIT.good : EXIT.findings
    })
}

/** The app whose environments are meant; nothing when the words are targets themselves. */
function appOf({ target }: Options, words: readonly string[], cwd: string): Target | undefined {
  if (target !== undefined) return resolveTarget(target, cwd)
  const areTargets = words.every(word => {
    try {
      return resolveTarget(word, cwd) !== undefined
    } catch {
      return false
    }
  })
  return areTargets ? undefined : resolveTarget('.', cwd)
}

async function resourcesOf(
  words: string,
  app: Target | undefined,
  options: Options,
  context: Context,
): Promise<readonly DescribedResource[]> {
  const target = app ?? resolveTarget(words, context.cwd)
  const said = app ? { ...options.context, environment: words } : options.context
  // Not in the state of the system, which may be running, or never have been started: nothing is left behind.
  const stateFolder = mkdtempSync(join(tmpdir(), 'terrace-diff-'))
  try {
    const { source } = await sourceOf({ ...target, stateFolder }, said, context)
    const { resources } = await loadSource(source, target.name, PORT, options.param)
    return resources
  } finally {
    rmSync(stateFolder, { recursive: true, force: true })
  }
}

/**
 * Stacks of two environments may differ in their names alone (`items-dev`, `items-prod`), and so do single templates: then
 * those at the same position are compared. Nothing that follows from the stack's name is shown as a difference of its own.
 */
function withStacksOf(
  one: readonly DescribedResource[],
  other: readonly DescribedResource[],
): readonly DescribedResource[] {
  const from = [...new Set(other.map(({ stack }) => stack))]
  const to = [...new Set(one.map(({ stack }) => stack))]
  if (from.length !== to.length || from.some(stack => to.includes(stack))) return other
  const renamed = new Map(from.map((stack, index) => [stack, to[index] ?? stack]))
  const id = (text: string) => {
    const slash = text.indexOf('/')
    return `${renamed.get(text.slice(0, slash)) ?? text.slice(0, slash)}${text.slice(slash)}`
  }
  return other.map(resource => ({
    ...resource,
    id: id(resource.id),
    stack: renamed.get(resource.stack) ?? resource.stack,
    needs: resource.needs.map(id),
  }))
}
