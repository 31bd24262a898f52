import type { Architecture, Gap } from '@terrace/model'
import { noAssets } from './assembly/asset-index.ts'
import { readAssembly } from './assembly/read-assembly.ts'
import { describeResource } from './changes/described-resource.ts'
import { collectGaps } from './gaps.ts'
import { DEFAULT_OPTIONS, type LoadOptions } from './load-options.ts'
import { buildNodes } from './nodes/build-nodes.ts'
import { refuseUnknownParameters } from './parameters/unknown.ts'
import { readTemplate } from './read/read-template.ts'
import { evaluateStacks, type StackSource } from './stack/evaluate-stacks.ts'
import { stackNameOf } from './stack/stack-name.ts'
import type { Target } from './target.ts'
import { sectionsOf } from './template/sections.ts'

/**
 * Reads a template or a cloud assembly into the model. The same input gives the same model, always: ids, names, ARNs and
 * endpoints are functions of stack name and logical id.
 *
 * @throws TerraceError with blame `input`, a place with file and line, and a code of `LOAD_ERRORS`
 */
export async function load(target: Target, options: LoadOptions = {}): Promise<Architecture> {
  const { region, account, parameters, publicNames } = { ...DEFAULT_OPTIONS, ...options }
  const gaps = collectGaps()
  const { sources, assets } = await readTarget(target)
  const declared = new Set(sources.flatMap(({ template }) => [...template.parameters.keys()]))
  refuseUnknownParameters(parameters, declared, target.kind === 'template' ? target.file : target.directory)
  const stacks = evaluateStacks(sources, { region, account, parameters, publicNames }, gaps)
  const resources = stacks.flatMap(({ evaluated, environment }) =>
    evaluated.resources.map(resource => ({ resource, scope: evaluated.scope, ...environment })),
  )
  if (options.onResource) {
    const templates = new Map(sources.map(({ name, template }) => [name, template]))
    for (const { resource } of resources) {
      options.onResource(describeResource(resource, templates.get(resource.origin.stack)))
    }
  }
  const { nodes, dependencies } = buildNodes(resources, assets, gaps, options.onProperty)
  const first = stacks[0]
  return {
    name: options.name ?? first?.evaluated.stack.name ?? '',
    region: first?.environment.region ?? region,
    account: first?.environment.account ?? account,
    zones: [...new Set(nodes.flatMap(node => (node.kind === 'subnet' ? [node.zone] : [])))].sort(),
    stacks: stacks.map(({ evaluated }) => evaluated.stack),
    nodes,
    dependencies,
    gaps: inPlace(gaps.all(), sources),
  }
}

/** Gaps as somebody reads the templates: stack by stack, from top to bottom. */
function inPlace(gaps: readonly Gap[], sources: readonly StackSource[]): readonly Gap[] {
  const files = sources.map(({ template }) => template.file)
  const position = ({ place }: Gap) => files.indexOf(place.file)
  return gaps.toSorted((a, b) => position(a) - position(b) || (a.place.line ?? 0) - (b.place.line ?? 0))
}

async function readTarget(target: Target) {
  if (target.kind === 'assembly') return readAssembly(target.directory)
  const { file } = target
  const template = sectionsOf(await readTemplate(file), file)
  const source: StackSource = { name: stackNameOf(file), template, constructPaths: new Map(), dependencies: [] }
  return { sources: [source], assets: noAssets }
}
