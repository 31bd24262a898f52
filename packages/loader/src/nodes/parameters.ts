import type { Parameter } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuilderTable, node } from './build-context.ts'

/** Parameters of SSM. CloudFormation makes no SecureStrings. */
export const parameters: BuilderTable = {
  'AWS::SSM::Parameter': node((context): Parameter => {
    const { properties, resource } = context
    properties.readElsewhere('Name')
    return {
      ...context.base('parameter'),
      name: resource.physicalId,
      type: properties.oneOf('Type', ['String', 'StringList']) ?? 'String',
      value: properties.requiredText('Value'),
      ...defined({
        description: properties.text('Description'),
        allowedPattern: properties.text('AllowedPattern'),
        tier: properties.oneOf('Tier', ['Standard', 'Advanced', 'Intelligent-Tiering']),
        dataType: properties.oneOf('DataType', ['text', 'aws:ec2:image']),
      }),
    }
  }),
}
