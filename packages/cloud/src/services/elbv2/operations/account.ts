import { z } from 'zod'
import { TLS_POLICIES } from '../../../dataplane/entrance/tls-policies.ts'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { NotFound, SslPolicyNotFound } from '../errors.ts'
import { QUOTAS } from '../limits.ts'
import { changing, looking, type OperationContext, PAGING, pageOf } from './context.ts'

/** Operations on what an account has: quotas, security policies, tags. */
export const accountOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'DescribeAccountLimits',
    input: shape({ ...PAGING }),
    authorize: looking('DescribeAccountLimits'),
    run(paging) {
      const { page, NextMarker } = pageOf(Object.entries(QUOTAS), paging)
      return { Limits: page.map(([Name, most]) => ({ Name, Max: String(most) })), NextMarker }
    },
  }),
  operation({
    name: 'DescribeSSLPolicies',
    input: shape({
      Names: wireList(z.string()).optional(),
      LoadBalancerType: z.enum(['application']).optional(),
      ...PAGING,
    }),
    authorize: looking('DescribeSSLPolicies'),
    run({ Names, Marker, PageSize }) {
      const missing = Names?.find(wanted => !TLS_POLICIES.some(({ name }) => name === wanted))
      if (missing !== undefined) throw new SslPolicyNotFound(missing)
      const found = TLS_POLICIES.filter(({ name }) => !Names?.length || Names.includes(name))
      const { page, NextMarker } = pageOf(found, { Marker, PageSize })
      return {
        SslPolicies: page.map(({ name, protocols, ciphers }) => ({
          Name: name,
          SslProtocols: protocols,
          Ciphers: ciphers.map((cipher, index) => ({ Name: cipher, Priority: index + 1 })),
          SupportedLoadBalancerTypes: ['application'],
        })),
        NextMarker,
      }
    },
  }),
  operation({
    name: 'DescribeTags',
    input: shape({ ResourceArns: wireList(z.string()) }),
    authorize: ({ ResourceArns }) => ResourceArns.map(arn => changing('DescribeTags', arn)),
    run: ({ ResourceArns }) => ({
      TagDescriptions: ResourceArns.map(arn => ({
        ResourceArn: arn,
        Tags: [...tagsOf(context, arn)].map(([Key, Value]) => ({ Key, Value })),
      })),
    }),
  }),
  operation({
    name: 'AddTags',
    input: shape({
      ResourceArns: wireList(z.string()),
      Tags: wireList(shape({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() })),
    }),
    authorize: ({ ResourceArns }) => ResourceArns.map(arn => changing('AddTags', arn)),
    run({ ResourceArns, Tags }) {
      for (const tags of ResourceArns.map(arn => tagsOf(context, arn)))
        for (const { Key, Value } of Tags) tags.set(Key, Value ?? '')
      return {}
    },
  }),
  operation({
    name: 'RemoveTags',
    input: shape({ ResourceArns: wireList(z.string()), TagKeys: wireList(z.string()) }),
    authorize: ({ ResourceArns }) => ResourceArns.map(arn => changing('RemoveTags', arn)),
    run({ ResourceArns, TagKeys }) {
      for (const tags of ResourceArns.map(arn => tagsOf(context, arn))) for (const key of TagKeys) tags.delete(key)
      return {}
    },
  }),
]

function tagsOf({ state }: OperationContext, arn: string): Map<string, string> {
  const tags = state.tags.get(arn)
  if (tags) return tags
  const kind = /:(loadbalancer|targetgroup|listener)\//.exec(arn)?.[1]
  if (kind === 'loadbalancer') throw new NotFound('LoadBalancerNotFound', `Load balancer '${arn}' not found`)
  if (kind === 'listener') throw new NotFound('ListenerNotFound', 'One or more listeners not found')
  throw new NotFound('TargetGroupNotFound', 'One or more target groups not found')
}
