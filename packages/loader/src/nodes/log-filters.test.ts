import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Architecture } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:alert'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-load-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const loadJson = (resources: Readonly<Record<string, unknown>>): Promise<Architecture> => {
  const file = join(folder, 'logs.json')
  writeFileSync(file, JSON.stringify({ Resources: resources }))
  return load({ kind: 'template', file })
}
const one = async (type: string, properties: Readonly<Record<string, unknown>>) => {
  const { nodes, gaps } = await loadJson({ It: { Type: `AWS::Logs::${type}`, Properties: properties } })
  return { node: nodes[0], gaps: gaps.map(({ path, message }) => ({ path, message })) }
}
const transformation = { MetricNamespace: 'App', MetricName: 'Errors', MetricValue: '1' }

describe('what stands in a log group', () => {
  it('is a stream, with its name or a generated one', async () => {
    const { node } = await one('LogStream', { LogGroupName: '/app', LogStreamName: 'a' })
    expect(node).toMatchObject({ kind: 'logStream', group: '/app', name: 'a' })
    const { node: other } = await one('LogStream', { LogGroupName: '/app' })
    expect(other).toMatchObject({ kind: 'logStream', name: expect.stringMatching(/^logs-It-/) })
  })

  it('is a metric filter with its transformation, whose group may be one of the stack', async () => {
    const { nodes, dependencies } = await loadJson({
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/app' } },
      Filter: {
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
          LogGroupName: { Ref: 'Group' },
          FilterName: 'slow',
          FilterPattern: '{ $.ms > 500 }',
          MetricTransformations: [
            { ...transformation, MetricValue: '$.ms', Unit: 'Milliseconds', Dimensions: [{ Key: 'P', Value: '$.p' }] },
          ],
        },
      },
    })
    expect(nodes.find(({ kind }) => kind === 'metricFilter')).toMatchObject({
      group: '/app',
      name: 'slow',
      pattern: '{ $.ms > 500 }',
      transformation: {
        namespace: 'App',
        name: 'Errors',
        value: '$.ms',
        unit: 'Milliseconds',
        dimensions: { P: '$.p' },
      },
    })
    expect(dependencies).toEqual([{ from: 'logs/Filter', to: 'logs/Group' }])
  })

  it('is a metric filter with a default value and nothing that it does not say', async () => {
    const { node } = await one('MetricFilter', {
      LogGroupName: '/app',
      FilterPattern: '',
      MetricTransformations: [{ ...transformation, DefaultValue: '0' }],
    })
    expect(node).toMatchObject({ pattern: '' })
    expect(node).toHaveProperty('transformation', { namespace: 'App', name: 'Errors', value: '1', defaultValue: 0 })
  })

  it('is a subscription filter of a Lambda function', async () => {
    const { node, gaps } = await one('SubscriptionFilter', {
      LogGroupName: '/app',
      FilterName: 'alert',
      FilterPattern: 'ERROR',
      DestinationArn: FUNCTION,
      Distribution: 'ByLogStream',
    })
    expect(node).toMatchObject({
      kind: 'subscriptionFilter',
      group: '/app',
      name: 'alert',
      pattern: 'ERROR',
      destination: FUNCTION,
    })
    expect(gaps).toEqual([])
  })
})

describe('what is not modelled', () => {
  const metric = { LogGroupName: '/app', FilterPattern: 'a', MetricTransformations: [transformation] }
  const subscription = { LogGroupName: '/app', FilterPattern: 'a', DestinationArn: FUNCTION }
  it.each<[string, string, object, string]>([
    ['MetricFilter', 'ApplyOnTransformedLogs', { ...metric, ApplyOnTransformedLogs: true }, 'not transformed'],
    ['MetricFilter', 'FieldSelectionCriteria', { ...metric, FieldSelectionCriteria: 'a' }, 'are not selected'],
    ['MetricFilter', 'EmitSystemFieldDimensions', { ...metric, EmitSystemFieldDimensions: ['a'] }, 'no dimensions'],
    [
      'SubscriptionFilter',
      'DestinationArn',
      { ...subscription, DestinationArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/a' },
      'to Lambda functions alone, not to arn:aws:kinesis:us-east-1:123456789012:stream/a',
    ],
    ['SubscriptionFilter', 'RoleArn', { ...subscription, RoleArn: 'a' }, 'which AWS refuses'],
    ['SubscriptionFilter', 'EmitSystemFields', { ...subscription, EmitSystemFields: ['a'] }, 'no fields'],
  ])('is a %s with %s, and the gap says why', async (type, property, properties, why) => {
    const { node, gaps } = await one(type, { ...properties })
    expect(node?.kind).toBe('other')
    expect(gaps).toEqual([{ path: `Resources.It.Properties.${property}`, message: expect.stringContaining(why) }])
  })

  it('is no excuse for a filter without a pattern, or with two transformations', async () => {
    const { FilterPattern: _, ...without } = metric
    await expect(one('MetricFilter', without)).rejects.toMatchObject({ code: 'LOAD_MISSING_PROPERTY' })
    await expect(
      one('MetricFilter', { ...metric, MetricTransformations: [transformation, transformation] }),
    ).rejects.toMatchObject({ code: 'LOAD_BAD_PROPERTY' })
  })
})
