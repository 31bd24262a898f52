import type { Machine } from '@terrace/model'
import { type BuildContext, NotModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * The machine of the launch template that a specification names.
 *
 * @throws NotModelled when the template is not in these stacks
 */
export function templateMachine(context: BuildContext, specification: PropertyReader): Machine {
  specification.withoutEffect({ Version: 'a template of these stacks has one version, however it is named' })
  const value = specification.text('LaunchTemplateId') ?? specification.text('LaunchTemplateName') ?? ''
  const found = context.lookUp(value, 'launchTemplate')
  if (found) return found.machine
  const message = `the launch template ${value || 'without a name'} is not in these stacks`
  throw new NotModelled(message, specification.path, specification.place.line)
}

/** The machine that a group launches: from a template, the template of a mixed policy, or a launch configuration. */
export function launchedMachine(context: BuildContext, properties: PropertyReader): Machine {
  const template = properties.object('LaunchTemplate')
  if (template) return templateMachine(context, template)
  const mixed = properties.object('MixedInstancesPolicy')?.object('LaunchTemplate')
  const specification = mixed?.object('LaunchTemplateSpecification')
  if (specification) return templateMachine(context, specification)
  const name = properties.text('LaunchConfigurationName') ?? ''
  const configuration = context.part(name, 'launchConfiguration')
  if (configuration) return configuration.machine
  const message = name ? `the launch configuration ${name} is not in these stacks` : 'it has nothing to launch from'
  throw new NotModelled(message, properties.path, properties.place.line)
}
