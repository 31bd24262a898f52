import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import type { Operator } from './operator.ts'
import type { Stage } from './stage.ts'

/** Registers `web:2`, `web:3`, … and updates the service to it. */
export async function update(operator: Operator, rest: Partial<UpdateServiceCommand['input']> = {}): Promise<void> {
  await operator.client.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      containerDefinitions: [{ name: 'web', image: 'example.com/web:2', portMappings: [{ containerPort: 8000 }] }],
    }),
  )
  await operator.client.send(
    new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web', ...rest }),
  )
}

/** Whether an image is that of an updated service. */
export const isNew = (image: { readonly uri: string }) => image.uri.endsWith(':2')

/** What each event of one kind said. */
export const eventNames = ({ deliveries }: Stage, detailType: string): readonly string[] =>
  deliveries
    .map(({ body }) => JSON.parse(body))
    .filter(event => event['detail-type'] === detailType)
    .map(({ detail }) => `${detail.eventName} ${detail.eventType}`)
