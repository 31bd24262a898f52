import { z } from 'zod'
import { type Operation, shape, wireList } from '../../../gateway/api.ts'
import { addPermission, removePermission } from '../policy.ts'
import { type Context, on, snsOperation } from './shapes.ts'

/** The statements of a topic's policy. */
export function permissionOperations(context: Context): readonly Operation[] {
  const { topics } = context
  return [
    snsOperation(context, {
      name: 'AddPermission',
      input: shape({
        TopicArn: z.string(),
        Label: z.string(),
        AWSAccountId: wireList(z.string()),
        ActionName: wireList(z.string()),
      }),
      authorize: ({ TopicArn }) => on(context, 'AddPermission', TopicArn),
      run({ TopicArn, Label, AWSAccountId, ActionName }) {
        const topic = topics.get(TopicArn)
        const permission = { label: Label, accounts: AWSAccountId, actions: ActionName }
        topics.setAttributes(topic, { Policy: addPermission(topic.policyText, topic.arn, permission) })
      },
    }),
    snsOperation(context, {
      name: 'RemovePermission',
      input: shape({ TopicArn: z.string(), Label: z.string() }),
      authorize: ({ TopicArn }) => on(context, 'RemovePermission', TopicArn),
      run({ TopicArn, Label }) {
        const topic = topics.get(TopicArn)
        topics.setAttributes(topic, { Policy: removePermission(topic.policyText, Label) })
      },
    }),
  ]
}
