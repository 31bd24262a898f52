import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A directory tree of a test. */
export interface TestProject {
  /** Absolute path, without symbolic links. */
  readonly root: string
  /** Writes a file; objects as JSON. @returns its absolute path */
  write(path: string, content: string | object): string
  remove(): void
}

/** An empty project in a temporary directory: it has a package.json, and nothing above it does. */
export function makeProject(): TestProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'terrace-cli-')))
  const project: TestProject = {
    root,
    write(path, content) {
      const file = join(root, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
      return file
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  project.write('package.json', { name: 'project', private: true })
  return project
}

/** A template with one bucket, small but real. */
export const TEMPLATE = {
  Parameters: { DomainName: { Type: 'String', Default: 'library.example.com' } },
  Resources: { Site: { Type: 'AWS::S3::Bucket' } },
}

/**
 * Writes a program that does what a CDK app does: reads its environment, writes an assembly. It counts its runs in
 * `runs.log` of the project and writes the environment and context it saw into the template's description.
 */
export function writeApp(project: TestProject, path: string, more: { readonly manifest?: object } = {}): void {
  project.write(`${path}/cdk.json`, { app: 'node app.js', context: { fromCdkJson: 'yes', both: 'file' } })
  project.write(
    `${path}/app.js`,
    `const { appendFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION, CDK_DEFAULT_ACCOUNT } = process.env
appendFileSync(${JSON.stringify(join(project.root, 'runs.log'))}, 'run\\n')
const seen = { node: process.version, region: CDK_DEFAULT_REGION, account: CDK_DEFAULT_ACCOUNT, context: JSON.parse(CDK_CONTEXT_JSON) }
writeFileSync(join(CDK_OUTDIR, 'App.template.json'), JSON.stringify({ ...${JSON.stringify(TEMPLATE)}, Description: JSON.stringify(seen) }))
writeFileSync(join(CDK_OUTDIR, 'manifest.json'), JSON.stringify({
  version: '48.0.0',
  artifacts: { App: { type: 'aws:cloudformation:stack', properties: { templateFile: 'App.template.json' } } },
  ...${JSON.stringify(more.manifest ?? {})},
}))
`,
  )
}
