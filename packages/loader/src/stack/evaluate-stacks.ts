import { TerraceError } from '@terrace/kit'
import { loadError } from '../errors.ts'
import type { Gaps } from '../gaps.ts'
import { collectGaps } from '../gaps.ts'
import { Cycle, inOrder } from '../order/in-order.ts'
import type { PublicNames } from '../references/identity.ts'
import type { Template } from '../template/sections.ts'
import { type EvaluatedStack, evaluateStack } from './evaluate-stack.ts'
import { addExports, type Export } from './exports.ts'
import type { Environment } from './subject.ts'

/** A stack that is read and not evaluated yet. */
export interface StackSource {
  readonly name: string
  readonly template: Template
  readonly constructPaths: ReadonlyMap<string, string>
  /** Names of stacks that are deployed before. */
  readonly dependencies: readonly string[]
  /** Where it goes, when the assembly says so. */
  readonly region?: string
  readonly account?: string
}

/** What holds for all stacks unless they say otherwise. */
export interface StackDefaults {
  readonly region: string
  readonly account: string
  readonly parameters: Readonly<Record<string, string>>
  readonly publicNames: PublicNames
}

export interface PlacedStack {
  readonly evaluated: EvaluatedStack
  readonly environment: Environment
}

/**
 * Evaluates all stacks, each after those it imports from.
 *
 * @returns the stacks in the order of deployment
 * @throws TerraceError LOAD_UNKNOWN_EXPORT, LOAD_DUPLICATE_EXPORT, LOAD_CYCLE, and whatever is wrong in a template
 */
export function evaluateStacks(
  sources: readonly StackSource[],
  defaults: StackDefaults,
  gaps: Gaps,
): readonly PlacedStack[] {
  const exports = new Map<string, Export>()
  const done: PlacedStack[] = []
  let waiting = declaredOrder(sources)
  while (waiting.length > 0) {
    const postponed: { readonly source: StackSource; readonly error: TerraceError }[] = []
    for (const source of waiting) {
      const attempt = evaluateOne(source, defaults, exports, gaps)
      if (attempt instanceof TerraceError) postponed.push({ source, error: attempt })
      else {
        addExports(exports, attempt.evaluated.exports)
        done.push(attempt)
      }
    }
    // No stack could be evaluated: what the first one imports comes from nowhere.
    if (postponed.length === waiting.length && postponed[0]) throw postponed[0].error
    waiting = postponed.map(({ source }) => source)
  }
  return done
}

/** The stack, or the error for an export that no stack has yet. */
function evaluateOne(
  source: StackSource,
  defaults: StackDefaults,
  exports: ReadonlyMap<string, Export>,
  gaps: Gaps,
): PlacedStack | TerraceError {
  const { region, account, parameters, publicNames } = defaults
  const environment: Environment = {
    stack: source.name,
    region: source.region ?? region,
    account: source.account ?? account,
    publicNames,
  }
  const own = collectGaps()
  try {
    const { template, constructPaths } = source
    const exported = (name: string) => exports.get(name)
    const evaluated = evaluateStack({ template, environment, parameters, exported, constructPaths, gaps: own })
    for (const gap of own.all()) gaps.add(gap)
    return { evaluated, environment }
  } catch (error) {
    if (error instanceof TerraceError && error.code === 'LOAD_UNKNOWN_EXPORT') return error
    throw error
  }
}

function declaredOrder(sources: readonly StackSource[]): readonly StackSource[] {
  const byName = new Map(sources.map(source => [source.name, source]))
  try {
    return inOrder(sources, source => source.dependencies.flatMap(name => byName.get(name) ?? []))
  } catch (error) {
    if (!(error instanceof Cycle)) throw error
    const members = error.members as readonly StackSource[]
    const circle = members.map(({ name }) => name).join(' → ')
    const place = members[0] && { file: members[0].template.file, line: 1 }
    throw loadError('LOAD_CYCLE', `stacks need each other in a circle: ${circle}`, place)
  }
}
