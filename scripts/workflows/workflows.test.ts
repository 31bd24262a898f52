import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, '.github/workflows')

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

type Permissions = Readonly<Record<string, string>>

interface Job {
  readonly uses?: string
  readonly permissions?: Permissions
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly strategy?: { readonly matrix: { readonly include: readonly { readonly folders: string }[] } }
  readonly steps?: readonly Step[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Permissions
  readonly jobs: Readonly<Record<string, Job>>
}

const workflows = readdirSync(FOLDER).map(file => {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  return { file, text, workflow: parse(text) as Workflow }
})
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ at: `${file} ${id}`, job })),
)
const steps = jobs.flatMap(({ at, job }) => (job.steps ?? []).map(step => ({ at, step })))
const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts)

/** Actions that may be used. What another one would bring in has to be read first. */
const ACTIONS = ['actions/checkout', 'actions/setup-node', 'aws-actions/configure-aws-credentials']

describe('the workflows', () => {
  it('I-13: are these four', () =>
    expect(workflows.map(({ file }) => file).sort()).toEqual([
      ...['check.yml', 'deliver.yml', 'environment.yml', 'systems.yml'],
    ]))

  it('I-13: use known actions alone, by the whole digest of a commit, its version beside it', () => {
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, line]) => line ?? ''),
    )
    const foreign = used.filter(line => !/^\.\/\.github\/workflows\/[a-z]+\.yml$/.test(line))
    expect(foreign).not.toEqual([])
    for (const line of foreign) {
      expect(line).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
      expect(ACTIONS).toContain(line.slice(0, line.indexOf('@')))
    }
    // One digest for each version.
    expect(new Set(foreign).size).toBe(ACTIONS.length)
  })

  it('I-13: may read the code and nothing else; jobs that deliver may ask for a token', () => {
    for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' })
    const more = jobs.filter(({ job }) => job.permissions !== undefined)
    expect(more.map(({ at }) => at).sort()).toEqual(['deliver.yml dev', 'deliver.yml prod', 'environment.yml deliver'])
    for (const { job } of more) expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  })

  it('I-13: know no secret, and no key', () => {
    for (const { text } of workflows) expect(text).not.toMatch(/secrets\.|secrets: inherit|access-key/)
  })

  it('I-13: begin with nothing that a stranger can start with rights', () => {
    const known = ['pull_request', 'push', 'workflow_call', 'workflow_dispatch']
    for (const { workflow } of workflows) expect(known).toEqual(expect.arrayContaining(Object.keys(workflow.on)))
    const delivering = workflows.filter(({ text }) => text.includes('id-token'))
    for (const { workflow } of delivering) expect(Object.keys(workflow.on)).not.toContain('pull_request')
  })

  it('I-13: leave no token in the working copy', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(jobs.filter(({ job }) => job.steps).length)
    for (const { step } of checkouts) expect(step.with?.['persist-credentials']).toBe(false)
  })

  it('I-13: run scripts of npm that one runs by hand, and put nothing into them that others have written', () => {
    const lines = steps.flatMap(({ step }) => step.run ?? [])
    expect(lines).not.toEqual([])
    for (const line of lines) {
      expect(line).toMatch(/^npm (ci|test|run [a-z]+)( |$)/)
      expect(line).not.toMatch(/[;&|`\n]|\$\(/)
      const script = /^npm run ([a-z]+)/.exec(line)?.[1]
      if (script !== undefined) expect(scripts).toContain(script)
      // Of the expressions of GitHub only what stands in the same file.
      expect(
        [...line.matchAll(/\$\{\{(.+?)\}\}/g)]
          .map(([, what]) => what?.trim())
          .filter(what => what !== 'matrix.folders'),
      ).toEqual([])
    }
  })

  it('I-13: end: every job has its time', () => {
    for (const { at, job } of jobs.filter(({ job: { uses } }) => uses === undefined)) {
      expect([at, job['timeout-minutes']]).toEqual([at, expect.any(Number)])
    }
  })

  it('I-13: get credentials after everything is installed, by a role and not by a key', () => {
    const job = jobs.find(({ at }) => at === 'environment.yml deliver')?.job
    const order = job?.steps?.map(
      ({ uses, run }) => uses?.slice(0, uses.indexOf('@')) ?? run?.split(' ').slice(0, 3).join(' '),
    )
    expect(order).toEqual([
      ...[
        'actions/checkout',
        'actions/setup-node',
        'npm ci',
        'aws-actions/configure-aws-credentials',
        'npm run deliver',
      ],
    ])
    expect(job?.environment).toBe('${{ inputs.environment }}')
    const credentials = job?.steps?.[3]?.with ?? {}
    expect(Object.keys(credentials).sort()).toEqual(['aws-region', 'role-session-name', 'role-to-assume'])
  })

  it('I-13: run the tests of every system, and of everything that runs systems', () => {
    const include = workflows.find(({ file }) => file === 'systems.yml')?.workflow.jobs.run?.strategy?.matrix.include
    const covered = include?.flatMap(({ folders }) => folders.split(' ')) ?? []
    const foldersIn = (parent: string) =>
      readdirSync(join(ROOT, parent), { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name }) => `${parent}/${name}/`)
    const all = [...foldersIn('systems'), ...foldersIn('test').filter(holdsTests), 'packages/']
    expect([...covered].sort()).toEqual(expect.arrayContaining(all.sort()))
  })
})

const holdsTests = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).some(file => file.endsWith('.system.test.ts'))
