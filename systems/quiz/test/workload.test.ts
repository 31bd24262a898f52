import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { load } from '@terrace/loader'
import { type Architecture, nodesOf } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

describe('the user data', () => {
  let architecture: Architecture
  beforeAll(async () => {
    const directory = synthesize().assembly
    const parameters = { DomainName: 'quiz.a-rather-long-name.example.com', PublicPortSuffix: ':4430' }
    architecture = await load({ kind: 'assembly', directory }, { parameters })
  })
  const machineOf = (label: string) => {
    const found = nodesOf(architecture, 'instance').find(({ origin }) => origin.logicalId.startsWith(label))
    if (!found) throw new Error(`no instance ${label}`)
    return found.machine
  }

  it('Q-01, Q-20: of the main instance starts database, site and NGINX, in this order, then the collector, and fits', () => {
    const { workload, userData } = machineOf('Main')
    expect(workload?.processes.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'database postgres',
      'site image',
      'web nginx',
      'collector image',
    ])
    expect(userData).toMatch(/^#!\/bin\/bash\n# version: [0-9a-f]{12}\n/)
    expect(userData).toContain(
      'certonly -n --agree-tos --register-unsafely-without-email --dns-route53 -d origin.quiz.',
    )
    expect(Buffer.byteLength(userData)).toBeLessThan(MAX_USER_DATA_BYTES)
  })

  it('Q-05, Q-13: tells the site where balancer and gate are, and the names of its secrets', () => {
    const site = machineOf('Main').workload?.processes.find(({ name }) => name === 'site')
    expect(site).toMatchObject({
      environment: {
        CUTOUT_URL: expect.stringMatching(/^http:\/\/internal-.*:8000$/),
        CUTOUT_GATE_PARAMETER: '/quiz/cutout/gate',
        PUBLIC_URL: 'https://quiz.a-rather-long-name.example.com:4430',
      },
      secrets: {
        DATABASE_PASSWORD: expect.stringMatching(/:parameter\/quiz\/database\/password$/),
        SESSION_SECRET: expect.stringMatching(/:parameter\/quiz\/site\/session-secret$/),
      },
    })
  })

  it('I-15: gives site and removal service a collector each, and a name for their metrics', () => {
    const [group] = nodesOf(architecture, 'autoScalingGroup')
    for (const [machine, label, namespace] of [
      [machineOf('Main'), 'site', 'Quiz/Main'],
      [group?.machine, 'cutout', 'Quiz/Cutout'],
    ] as const) {
      const processes = machine?.workload?.processes ?? []
      expect(processes.find(({ name }) => name === label)).toMatchObject({
        environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', METRICS_NAMESPACE: namespace },
      })
      // Started last, and waited for by nobody.
      expect(processes.at(-1)).toMatchObject({
        name: 'collector',
        environment: { AOT_CONFIG_CONTENT: expect.stringContaining('awsxray') },
      })
    }
  })

  it('Q-06, Q-10: of the removal tier completes its own lifecycle action, after its processes have answered', () => {
    const [group] = nodesOf(architecture, 'autoScalingGroup')
    const { userData = '' } = group?.machine ?? {}
    expect(userData).toContain("--lifecycle-hook-name 'lifecycle-hook' --auto-scaling-group-name 'quiz-cutout'")
    expect(userData.indexOf('wait_until_ready "$name"')).toBeGreaterThan(0)
    expect(userData.indexOf('complete-lifecycle-action')).toBeGreaterThan(userData.indexOf('wait_until_ready "$name"'))
  })
})
