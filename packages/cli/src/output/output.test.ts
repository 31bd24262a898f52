import type { Status } from '@terrace/control'
import { seconds, VirtualClock } from '@terrace/kit'
import type { Architecture, Gap } from '@terrace/model'
import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { localhostFinding, programFinding } from '../doctor/findings.ts'
import { describeGaps, describeNotEmulated } from '../up/describe-gaps.ts'
import { Progress } from '../up/progress.ts'
import { describeFindings } from './describe-findings.ts'
import { describeModel } from './describe-model.ts'
import { describeStatus } from './describe-status.ts'
import { formatLogLine } from './format-log-line.ts'

const colors = picocolors.createColors(false)

const STATUS: Status = {
  name: 'library',
  ready: true,
  embedded: true,
  urls: { site: 'http://library.localhost:4430', aws: 'http://127.0.0.1:4432' },
  pid: 812,
  stateFolder: '/p/.terrace/library',
  zones: [],
  tiers: [
    {
      name: 'App',
      zones: ['us-east-1a', 'us-east-1b'],
      loadBalancer: 'app-1.us-east-1.elb.localhost',
      min: 2,
      desired: 2,
      max: 3,
      instances: [
        {
          id: 'i-0abc',
          zone: 'us-east-1a',
          state: 'InService',
          health: 'healthy',
          address: '10.0.4.5',
          processes: [{ name: 'api', pid: 9 }],
        },
      ],
    },
  ],
  database: { engine: 'embedded', members: [{ zone: 'us-east-1a', role: 'primary', address: '' }] },
  notEmulated: ['the standby of library-db is not emulated'],
}

describe('terrace status', () => {
  it('shows URLs, the instances of each tier and zone, an empty zone too, and the database with its role', () => {
    expect(describeStatus(STATUS, colors)).toBe(`library  ready  process 812, embedded database

  site  http://library.localhost:4430
  aws   http://127.0.0.1:4432

App  1 of 2 (2 to 3)  behind app-1.us-east-1.elb.localhost
  zone        instance     state      health   address   processes
  us-east-1a  i-0abc       InService  healthy  10.0.4.5  api 9
  us-east-1b  no instance

database  embedded
  zone        role     address  process
  us-east-1a  primary

not emulated
  the standby of library-db is not emulated`)
  })

  it('says when it is not ready, and leaves away what there is not', () => {
    const { database, ...rest } = STATUS
    const text = describeStatus({ ...rest, ready: false, embedded: false, tiers: [], notEmulated: [] }, colors)

    expect(database).toBeDefined()
    expect(text).toContain('library  not ready  process 812\n')
    expect(text).not.toContain('database')
    expect(text).not.toContain('not emulated')
  })
})

describe('terrace logs', () => {
  it('shows time in UTC, kind, resource and the line', () => {
    const line = { kind: 'access', at: Date.UTC(2026, 0, 1, 9, 41, 7, 123), resource: 'alb', line: 'GET /' } as const

    expect(formatLogLine(line, colors)).toBe('09:41:07.123Z access      alb  GET /')
  })
})

describe('progress', () => {
  it('is a line for every step that ends, with the time it took', async () => {
    const clock = new VirtualClock()
    const lines: string[] = []
    const progress = new Progress({ note: line => lines.push(line), colors }, clock)

    progress.report({ name: 'rds', state: 'started' })
    await clock.advance(seconds(1.5))
    progress.report({ name: 'rds', state: 'done' })
    await progress.step(
      'template',
      async () => 'cached',
      how => how,
    )
    const failing = progress.step('model', async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')

    expect(lines).toEqual(['  ✓ rds  1.5 s', '  ✓ template  cached, 0 ms', '  ✗ model  0 ms'])
  })
})

describe('what is not understood', () => {
  const gap = (line: number): Gap => ({
    kind: 'resourceType',
    path: `Resources.R${line}`,
    message: 'AWS::X::Y is not known',
    place: { file: '/p/a/t.yaml', line },
  })

  it('is named with its file, line and path, files relative to the current directory', () => {
    expect(describeGaps([gap(3)], '/p')).toEqual([
      'not understood in the template, and therefore not emulated (1):',
      '  a/t.yaml:3  Resources.R3: AWS::X::Y is not known',
    ])
    expect(describeGaps([gap(3)], '/other')[1]).toContain('/p/a/t.yaml:3')
  })

  it('is counted where it would fill the screen', () => {
    const lines = describeGaps([gap(1), gap(2), gap(3)], '/p', 2)

    expect(lines).toHaveLength(4)
    expect(lines[3]).toContain('1 more')
  })

  it('is nothing to speak of when there is nothing', () => {
    expect([...describeGaps([], '/p'), ...describeNotEmulated([])]).toEqual([])
  })
})

describe('terrace model', () => {
  it('shows stacks, kinds and gaps', () => {
    const origin = { stack: 'library', logicalId: 'Site', type: 'AWS::S3::Bucket', place: { file: '/p/t.json' } }
    const node = { id: 'library/Site', kind: 'other', origin, physicalId: 'x', tags: {}, properties: {} } as const
    const stack = {
      name: 'library',
      place: { file: '/p/t.json' },
      description: '',
      parameters: { DomainName: 'library.example.com' },
      outputs: [{ name: 'SiteUrl', value: 'https://library.example.com', description: '' }],
    }
    const architecture: Architecture = {
      name: 'library',
      region: 'us-east-1',
      account: '123456789012',
      zones: ['us-east-1a'],
      stacks: [stack],
      nodes: Array.from({ length: 5 }, () => node),
      dependencies: [],
      gaps: [],
    }

    expect(describeModel(architecture, '/p', colors)).toBe(`library  us-east-1, account 123456789012, zones us-east-1a

stack library  /p/t.json
  parameter DomainName = library.example.com
  output SiteUrl = https://library.example.com

  kind   number  names
  other  5       Site, Site, Site, Site, …

everything in the template was understood`)
  })
})

describe('terrace doctor', () => {
  it('says of what is missing what it costs and how to get it', () => {
    const report = { id: 'nginx', name: 'NGINX', missing: 'no web tier', install: 'apt-get install nginx' } as const
    const text = describeFindings(
      [
        programFinding({ ...report, found: { path: '/usr/sbin/nginx', version: '1.22.1' } }),
        programFinding({ ...report, found: undefined }),
      ],
      colors,
    )

    expect(text).toBe(`✓ NGINX  1.22.1 (/usr/sbin/nginx)
✗ NGINX  not found
    no web tier
    → apt-get install nginx`)
  })

  it('says whether the system’s resolver knows *.localhost', async () => {
    const knows = await localhostFinding(async () => '127.0.0.1')
    const doesNot = await localhostFinding(async () => {
      throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    })

    expect(knows.verdict).toBe('ok')
    expect([doesNot.verdict, doesNot.found]).toEqual(['remark', 'does not resolve (ENOTFOUND)'])
    expect(doesNot.remedy).toContain('127.0.0.1')
  })
})
