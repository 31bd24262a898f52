import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { load } from '@terrace/loader'
import { type AutoScalingGroup, nodesOf } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Mistake } from '../stacks/mistakes/mistakes.ts'
import { synthesize } from './support.ts'

/** The groups as everybody sees them who reads the templates: with every reference resolved. */
async function groups(mistake: Mistake = 'none'): Promise<Readonly<Record<'web' | 'app', AutoScalingGroup>>> {
  const { assembly } = synthesize({ mistake })
  const parameters = { DomainName: 'shop.localhost', PublicPortSuffix: ':4430' }
  const architecture = await load({ kind: 'assembly', directory: assembly }, { parameters })
  const found = (tier: string) => {
    const group = nodesOf(architecture, 'autoScalingGroup').find(({ id }) => id.startsWith(`shop-compute/${tier}`))
    if (!group) throw new Error(`no group of the ${tier} tier`)
    return group
  }
  return { web: found('Web'), app: found('App') }
}

describe('the user data', () => {
  let tiers: Awaited<ReturnType<typeof groups>>
  beforeAll(async () => {
    tiers = await groups()
  })
  const process = (tier: 'web' | 'app', name: string) =>
    tiers[tier].machine.workload?.processes.find(each => each.name === name)

  it('S-05: starts API and worker from one image, with the settings of each', () => {
    const [api, worker] = [process('app', 'api'), process('app', 'worker')]
    expect(api).toMatchObject({
      kind: 'image',
      port: 8000,
      environment: {
        SHOP_ROLE: 'api',
        AWS_REGION: 'us-east-1',
        DATABASE_NAME: 'shop',
        DATABASE_USERNAME: 'admin',
        ORDER_QUEUE_URL: expect.stringContaining('https://sqs.us-east-1.amazonaws.com/'),
        ORDER_DEAD_LETTER_QUEUE_URL: expect.stringContaining('DeadLetters'),
        OPERATOR_EMAIL: 'operator@shop.localhost',
        PUBLIC_URL: 'https://shop.localhost:4430',
        STOCK_PER_PRODUCT: '10',
        TRUSTED_PROXIES: '3',
      },
    })
    expect(worker).toMatchObject({
      port: 8001,
      environment: {
        SHOP_ROLE: 'worker',
        MAIL_FROM: 'orders@shop.localhost',
        MAIL_TEMPLATE: 'shop-networking-written',
        PUBLIC_URL: 'https://shop.localhost:4430',
      },
    })
    expect(api?.kind === 'image' && worker?.kind === 'image' && api.image.uri === worker.image.uri).toBe(true)
  })

  it('I-15: starts a collector beside API and worker, and tells both where it is', () => {
    expect(process('app', 'collector')).toMatchObject({
      kind: 'image',
      image: { uri: expect.stringMatching(/^public\.ecr\.aws\/aws-observability\/aws-otel-collector:v[\d.]+$/) },
    })
    for (const name of ['api', 'worker'])
      expect(process('app', name)).toMatchObject({
        environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
      })
  })

  it('S-10: names the SecureStrings that each of the two needs, and holds none of their values', () => {
    const arn = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter${name}`
    expect(process('app', 'api')).toMatchObject({
      secrets: {
        DATABASE_PASSWORD: arn('/shop/database/password'),
        SESSION_SECRET: arn('/shop/session/secret'),
        OPERATOR_PASSWORD: arn('/shop/operator/password'),
      },
    })
    const worker = process('app', 'worker')
    expect(worker?.kind === 'image' && Object.keys(worker.secrets)).toEqual(['DATABASE_PASSWORD'])
  })

  it('S-04: renders NGINX with the internal balancer, kept pictures and the zone that the instance fills in', () => {
    const web = process('web', 'web')
    const configuration = web?.kind === 'nginx' ? web.configuration : ''
    expect(configuration).toMatch(/server internal-shop-\S+\.elb\.amazonaws\.com:80 resolve /)
    expect(configuration).toContain('location /api/pictures/ {')
    expect(configuration).toContain('add_header X-Served-By "@zone@" always;')
    expect(web?.files).toEqual([
      { source: expect.stringMatching(/^s3:\/\/shop-networking-sitebucket.*\/$/), path: '/srv/site' },
    ])
  })

  it.each(['web', 'app'] as const)(
    'S-11: makes deploy, operate and read-only on the instances of the %s tier',
    tier => {
      const { userData } = tiers[tier].machine
      const [, text = ''] = userData.match(/<<'TERRACE_USERS'\n(.*)\nTERRACE_USERS\n/) ?? []
      const { users }: { users: Record<string, { purpose: string; commands: string[] }> } = JSON.parse(text)
      expect(Object.keys(users)).toEqual(['deploy', 'operate', 'read-only'])
      expect(users['read-only']?.commands.filter(command => /start|stop|cloud-init/.test(command))).toEqual([])
      expect(users.operate?.commands.filter(command => command.includes('restart'))).not.toEqual([])
      expect(userData.indexOf('visudo -c')).toBeLessThan(userData.indexOf('/etc/sudoers.d/terrace'))
      expect(Buffer.byteLength(userData)).toBeLessThan(MAX_USER_DATA_BYTES * 0.75)
    },
  )
})

describe('a mistake', () => {
  it('S-17: schema-race adds a script that creates a table on each instance, and changes nothing else', async () => {
    const { app } = await groups('schema-race')
    expect(app.machine.workload?.processes.map(({ name, restart }) => `${name} ${restart}`)).toEqual([
      'tables no',
      'api always',
      'worker always',
      'collector always',
    ])
  })

  it('S-17: not-ready asks whether the API lives, and grants no time', async () => {
    const { app } = await groups('not-ready')
    expect(app).toMatchObject({ healthChecks: { elb: true, gracePeriod: 0 } })
  })
})
