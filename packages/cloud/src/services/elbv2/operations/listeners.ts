import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { findTlsPolicy } from '../../../dataplane/entrance/tls-policies.ts'
import { type Operation, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { CertificateNotFound, InvalidConfigurationRequest, SslPolicyNotFound } from '../errors.ts'
import type { NamedListener } from '../state.ts'
import { ACTIONS, describeAction, readAction } from './actions.ts'
import { checkAssociation } from './association.ts'
import { changeBy, describeAttributes, LISTENER_ATTRIBUTES } from './attributes.ts'
import { changing, listenerOf, loadBalancerOf, looking, type OperationContext, PAGING, pageOf } from './context.ts'

/** Operations on listeners. */
export const listenerOperations = (context: OperationContext): readonly Operation[] => [
  operation({
    name: 'DescribeListeners',
    input: shape({
      LoadBalancerArn: z.string().optional(),
      ListenerArns: wireList(z.string()).optional(),
      ...PAGING,
    }),
    authorize: looking('DescribeListeners'),
    run({ LoadBalancerArn: arn, ListenerArns: arns, ...paging }) {
      const found = arns?.length
        ? arns.map(each => listenerOf(context, each))
        : arn === undefined
          ? context.state.listeners
          : context.state.listenersOf(loadBalancerOf(context, arn).id)
      const { page, NextMarker } = pageOf(found, paging)
      return { Listeners: page.map(each => describeListener(context, each)), NextMarker }
    },
  }),
  operation({
    name: 'DescribeListenerCertificates',
    input: shape({ ListenerArn: z.string(), ...PAGING }),
    authorize: looking('DescribeListenerCertificates'),
    run({ ListenerArn, ...paging }) {
      const { certificates } = listenerOf(context, ListenerArn)
      const { page, NextMarker } = pageOf(certificates, paging)
      const [first] = certificates
      return {
        Certificates: page.map(arn => ({ CertificateArn: arn, IsDefault: arn === first })),
        NextMarker,
      }
    },
  }),
  operation({
    name: 'DescribeListenerAttributes',
    input: shape({ ListenerArn: z.string() }),
    authorize: looking('DescribeListenerAttributes'),
    run: ({ ListenerArn }) => ({
      Attributes: describeAttributes(LISTENER_ATTRIBUTES, listenerOf(context, ListenerArn)),
    }),
  }),
  operation({
    name: 'ModifyListenerAttributes',
    input: shape({
      ListenerArn: z.string(),
      Attributes: wireList(shape({ Key: z.string(), Value: z.string() })),
    }),
    authorize: ({ ListenerArn }) => changing('ModifyListenerAttributes', ListenerArn),
    run({ ListenerArn, Attributes }) {
      const listener = listenerOf(context, ListenerArn)
      context.state.changeListener(listener.id, changeBy(LISTENER_ATTRIBUTES, listener, Attributes))
      return { Attributes: describeAttributes(LISTENER_ATTRIBUTES, listenerOf(context, ListenerArn)) }
    },
  }),
  operation({
    name: 'ModifyListener',
    input: shape({
      ListenerArn: z.string(),
      Port: wireInteger().optional(),
      Protocol: z.enum(['HTTP', 'HTTPS']).optional(),
      SslPolicy: z.string().optional(),
      Certificates: wireList(shape({ CertificateArn: z.string() })).optional(),
      DefaultActions: ACTIONS.optional(),
    }),
    authorize: ({ ListenerArn }) => changing('ModifyListener', ListenerArn),
    run(input) {
      const listener = listenerOf(context, input.ListenerArn)
      const { Port = listener.port, Protocol = listener.protocol } = input
      if (Port !== listener.port || Protocol !== listener.protocol) {
        throw new InvalidConfigurationRequest('The local cloud does not change the port or protocol of a listener')
      }
      if (input.SslPolicy !== undefined && !findTlsPolicy(input.SslPolicy)) throw new SslPolicyNotFound(input.SslPolicy)
      const certificates = input.Certificates?.map(({ CertificateArn }) => knownCertificate(context, CertificateArn))
      const action = input.DefaultActions && readAction(context, input.DefaultActions)
      if (action) checkAssociation(context, listener, action)
      context.state.changeListener(listener.id, {
        ...(input.SslPolicy === undefined ? {} : { sslPolicy: input.SslPolicy }),
        ...(certificates ? { certificates: [...certificates, ...listener.certificates.slice(1)] } : {}),
        ...(action
          ? { rules: listener.rules.map(rule => (rule.priority === 'default' ? { ...rule, action } : rule)) }
          : {}),
      })
      return { Listeners: [describeListener(context, listenerOf(context, input.ListenerArn))] }
    },
  }),
]

function knownCertificate({ state }: OperationContext, arn: string): string {
  if (nodesOf(state.architecture, 'certificate').some(certificate => certificate.arn === arn)) return arn
  throw new CertificateNotFound(arn)
}

function describeListener(context: OperationContext, listener: NamedListener): unknown {
  const [certificate] = listener.certificates
  const last = listener.rules.find(({ priority }) => priority === 'default')
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: context.state.loadBalancer(listener.loadBalancer)?.arn,
    Port: listener.port,
    Protocol: listener.protocol,
    SslPolicy: listener.sslPolicy,
    Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
    DefaultActions: last && [describeAction(context, last.action)],
  }
}
