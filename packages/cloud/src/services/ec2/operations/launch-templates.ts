import { findNode, type LaunchTemplate, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, wireInteger, wireList } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { NotFound } from '../errors.ts'
import { profileArn } from '../facts.ts'
import { tagSet } from '../tags.ts'
import { describing, ec2Operation } from './describe.ts'
import { type Ec2Site, physicalIdOf } from './site.ts'

/** Launch templates; one of a stack has one version. */
export function launchTemplateOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, tags, world } = site
  const createdAt = timestamp(world.clock.now())
  const createdBy = `arn:aws:iam::${architecture.account}:root`
  return [
    describing({
      name: 'DescribeLaunchTemplates',
      ids: 'LaunchTemplateId',
      kind: 'launchTemplate',
      leastPage: 1,
      idOf: template => template.physicalId,
      items: () => nodesOf(architecture, 'launchTemplate'),
      extra: { LaunchTemplateName: wireList(z.string()).optional() },
      passes: ({ name }, { LaunchTemplateName: names }) =>
        !Array.isArray(names) || names.length === 0 || names.includes(name),
      tagsOf: template => tags.of(template.physicalId, template.tags),
      filters: { 'launch-template-name': template => [template.name] },
      write: template => ({
        launchTemplateId: template.physicalId,
        launchTemplateName: template.name,
        createTime: createdAt,
        createdBy,
        defaultVersionNumber: 1,
        latestVersionNumber: 1,
        tagSet: tagSet(tags.of(template.physicalId, template.tags)),
      }),
      set: 'launchTemplates',
    }),
    ec2Operation({
      name: 'DescribeLaunchTemplateVersions',
      input: {
        LaunchTemplateId: z.string().optional(),
        LaunchTemplateName: z.string().optional(),
        LaunchTemplateVersion: wireList(z.string()).optional(),
        MaxResults: accepted(wireInteger().optional(), 'a template of the stack has one version'),
      },
      authorize: () => ({ action: 'ec2:DescribeLaunchTemplateVersions', resource: '*' }),
      run({ LaunchTemplateId: id, LaunchTemplateName: name, LaunchTemplateVersion: versions = [] }) {
        const template = nodesOf(architecture, 'launchTemplate').find(
          each => each.physicalId === id || (id === undefined && each.name === name),
        )
        if (!template) throw new NotFound('launchTemplate', [id ?? name ?? ''])
        const wanted = versions.length === 0 || versions.some(version => ['1', '$Latest', '$Default'].includes(version))
        const version = {
          launchTemplateId: template.physicalId,
          launchTemplateName: template.name,
          versionNumber: 1,
          defaultVersion: true,
          createTime: createdAt,
          createdBy,
          launchTemplateData: describeData(site, template),
        }
        return { launchTemplateVersionSet: wanted ? [version] : [] }
      },
    }),
  ]
}

function describeData(site: Ec2Site, { machine }: LaunchTemplate) {
  const role = machine.role === undefined ? undefined : findNode(site.architecture, machine.role, 'role')
  return {
    imageId: machine.imageId,
    instanceType: machine.instanceType,
    ...(role ? { iamInstanceProfile: { arn: profileArn(role.arn) } } : {}),
    securityGroupIdSet: machine.securityGroups.map(id => physicalIdOf(site, id)),
    userData: Buffer.from(machine.userData).toString('base64'),
    tagSpecificationSet: tagSpecifications(machine),
    monitoring: { enabled: machine.detailedMonitoring },
    metadataOptions: {
      httpTokens: machine.imdsv2Required ? 'required' : 'optional',
      httpPutResponseHopLimit: machine.metadataHopLimit,
    },
  }
}

const tagSpecifications = ({ tags, volumeTags }: LaunchTemplate['machine']) => [
  ...(tags ? [{ resourceType: 'instance', tagSet: tagSet(tags) }] : []),
  ...(volumeTags ? [{ resourceType: 'volume', tagSet: tagSet(volumeTags) }] : []),
]
