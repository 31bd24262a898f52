import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deploymentDiagram, type FlowEnd, flowDiagram, systemDiagram } from '@terrace/export'
import { load } from '@terrace/loader'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))

/** The page of diagrams of a system, generated from its template as it would be deployed. */
export async function diagramPage(system: string): Promise<string> {
  const launcher = join(PROJECT, 'packages', 'cli', 'bin', 'terrace.js')
  const synthesis = spawnSync(process.execPath, [launcher, 'synth', system], {
    cwd: PROJECT,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  })
  if (synthesis.status !== 0) throw new Error(synthesis.stderr)
  const directory = join(PROJECT, '.terrace', system, 'assembly')
  const architecture = await load({ kind: 'assembly', directory }, { name: system })
  return `# Diagrams of ${system}

Generated from the template by \`npm run diagrams\`; nothing here is drawn by hand.

## Who talks to whom

\`\`\`mermaid
${systemDiagram(architecture)}
\`\`\`
${flowsOf(system)
  .map(
    ([title, ends]) => `
## ${title}

\`\`\`mermaid
${flowDiagram(architecture, ends)}
\`\`\`
`,
  )
  .join('')}
## Where everything stands

\`\`\`mermaid
${deploymentDiagram(architecture)}
\`\`\`
`
}

type Flow = readonly [title: string, ends: readonly FlowEnd[]]

/** The flows that a system's document asks for, by what they lead to. */
const FLOWS: Readonly<Record<string, readonly Flow[]>> = {
  shop: [
    ['Everything, process by process', ['database', 'bucket', 'queue', 'mail']],
    ['Products are loaded', ['database', 'bucket']],
    ['A purchase is made', ['database', 'queue', 'mail']],
  ],
}

const flowsOf = (system: string): readonly Flow[] => FLOWS[system] ?? []

/** Where that page lies. */
export const diagramFile = (system: string): string => join(PROJECT, 'systems', system, 'docs', 'diagrams.md')
