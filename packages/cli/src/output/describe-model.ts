import { type Architecture, type ArchitectureNode, displayName } from '@terrace/model'
import type { Context } from '../context.ts'
import { describeGaps } from '../up/describe-gaps.ts'
import { table } from './table.ts'

type Colors = Context['colors']

/** The model for people: stacks with their parameters and outputs, the nodes by kind, and what was not understood. */
export function describeModel(architecture: Architecture, cwd: string, colors: Colors): string {
  const { name, region, account, zones, stacks, nodes, gaps } = architecture
  const sections = [
    `${colors.bold(name)}  ${region}, account ${account}${zones.length === 0 ? '' : `, zones ${zones.join(', ')}`}`,
    ...stacks.map(stack =>
      [
        `${colors.bold('stack')} ${stack.name}  ${colors.dim(stack.place.file)}`,
        ...Object.entries(stack.parameters).map(([key, value]) => `  parameter ${key} = ${value}`),
        ...stack.outputs.map(output => `  output ${output.name} = ${output.value}`),
      ].join('\n'),
    ),
    table(['kind', 'number', 'names'], rowsOf(nodes), colors),
    gaps.length === 0
      ? colors.green('everything in the template was understood')
      : colors.yellow(describeGaps(gaps, cwd, gaps.length).join('\n')),
  ]
  return sections.filter(Boolean).join('\n\n')
}

/** How many names of one kind are shown. */
const NAMED = 4

function rowsOf(nodes: readonly ArchitectureNode[]): readonly (readonly string[])[] {
  const byKind = Map.groupBy(nodes, ({ kind }) => kind)
  return [...byKind]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, members]) => {
      const names = members.slice(0, NAMED).map(displayName).join(', ')
      return [kind, String(members.length), members.length > NAMED ? `${names}, …` : names]
    })
}
