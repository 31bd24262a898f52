import { gunzipSync } from 'node:zlib'
import { minutes, VirtualClock } from '@terrace/kit'
import type { Bucket } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import type { DataPlane, Objects } from '../../ports.ts'
import type { Service } from '../service.ts'
import { cloudfront } from './index.ts'
import { dataPlaneService, testDistribution, view } from './testing.ts'

const HOST = 'quiz.localhost'
const open: TestCloud[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(cloud => cloud.stop()))
})

interface Put {
  readonly bucket: string
  readonly key: string
  readonly body: Buffer
}

/** A distribution that logs to the bucket `logs`, and what is put there. */
async function start(ownership: Bucket['objectOwnership'], includeCookies = false) {
  const puts: Put[] = []
  const arrived = Promise.withResolvers<Put>()
  const bucketService: Service = {
    name: 'objects',
    emulates: [],
    async start({ ports }) {
      const put = async (bucket: string, key: string, body: Buffer) => {
        puts.push({ bucket, key, body })
        arrived.resolve({ bucket, key, body })
      }
      ports.provide('objects', { put } as unknown as Objects)
      return { async stop() {} }
    },
  }
  const clock = new VirtualClock()
  const distribution = testDistribution({
    logging: { bucket: 'logs.s3.amazonaws.com', prefix: 'cdn', includeCookies },
  })
  const nodes = [distribution, testBucket('logs', ownership ? { objectOwnership: ownership } : {})]
  const cloud = await startTestCloud({ nodes, services: [dataPlaneService, bucketService, cloudfront], clock })
  open.push(cloud)
  const dataPlane = await cloud.world.ports.need('dataPlane')
  dataPlane.send({ type: 'names', names: [{ name: HOST, target: { kind: 'distribution', node: distribution.id } }] })
  const { port } = await dataPlane.listen(0, 0)
  return { cloud, clock, puts, arrived: arrived.promise, port, dataPlane, distribution }
}

/** Asks once, and waits until the line of the log is there. The bucket can't be reached: 502. */
async function askOnce(port: number, dataPlane: DataPlane): Promise<void> {
  const logged = new Promise<void>(resolve => {
    const stop = dataPlane.onLog(() => {
      stop()
      resolve()
    })
  })
  expect((await view(port, HOST, '/static/a.js?v=1')).status).toBe(502)
  await logged
}

describe('standard logs', () => {
  it('Q-16: come to the bucket every five minutes, gzipped, named by distribution and hour', async () => {
    const { port, dataPlane, clock, arrived, distribution } = await start('BucketOwnerPreferred')
    await askOnce(port, dataPlane)
    await clock.advance(minutes(5))
    const { bucket, key, body } = await arrived
    expect(bucket).toBe('logs')
    expect(key).toMatch(/^cdn\/EDFDVBD6EXAMPLE\.\d{4}-\d\d-\d\d-\d\d\.[A-Z0-9]{11}\.gz$/)
    const [version, fields, line, end] = gunzipSync(body).toString().split('\n')
    expect([version, end]).toEqual(['#Version: 1.0', ''])
    expect(fields).toMatch(/^#Fields: date time x-edge-location sc-bytes .* sc-range-end$/)
    const values = line?.split('\t') ?? []
    expect(values).toHaveLength(33)
    expect([values[5], values[6], values[7], values[8], values[11], values[12], values[13]]).toEqual([
      'GET',
      distribution.domainName,
      '/static/a.js',
      '502',
      'v=1',
      '-',
      'Error',
    ])
  })

  it('have the cookies of viewers where the distribution says so', async () => {
    const { port, dataPlane, clock, arrived } = await start('BucketOwnerPreferred', true)
    await askOnce(port, dataPlane)
    await clock.advance(minutes(5))
    expect(
      gunzipSync((await arrived).body)
        .toString()
        .split('\n')[2]
        ?.split('\t')[12],
    ).toBe('theme=dark')
  })

  it('that nobody has caused are not delivered', async () => {
    const { clock, puts } = await start('ObjectWriter')
    await clock.advance(minutes(10))
    expect(puts).toEqual([])
  })

  it('are refused by a bucket without ACLs, which the journal says once', async () => {
    const { port, dataPlane, clock, puts, cloud } = await start(undefined)
    await askOnce(port, dataPlane)
    await clock.advance(minutes(10))
    const said = cloud.world.journal.since(0).filter(({ kind }) => kind === 'cloudfront.logRefused')
    expect(said.map(({ message }) => message)).toEqual([expect.stringContaining('does not enable ACL access')])
    expect(puts).toEqual([])
  })
})

describe('metrics of a distribution', () => {
  it('Q-16: are in AWS/CloudFront once a minute', async () => {
    const { port, dataPlane, clock, cloud } = await start('BucketOwnerPreferred')
    await askOnce(port, dataPlane)
    await askOnce(port, dataPlane)
    const from = clock.now() - minutes(1)
    await clock.advance(minutes(1))
    const ask = (name: string, statistic: string) =>
      cloud.world.metrics.query({
        namespace: 'AWS/CloudFront',
        name,
        dimensions: { DistributionId: 'EDFDVBD6EXAMPLE', Region: 'Global' },
        statistic,
        period: minutes(1),
        from,
        to: clock.now() + minutes(1),
      })[0]?.value
    expect(ask('Requests', 'Sum')).toBe(2)
    expect(ask('BytesDownloaded', 'Sum')).toBeGreaterThan(1000)
    expect(ask('BytesUploaded', 'Sum')).toBe(0)
    expect([ask('4xxErrorRate', 'Average'), ask('5xxErrorRate', 'Average'), ask('TotalErrorRate', 'Average')]).toEqual([
      0, 100, 100,
    ])
  })
})
