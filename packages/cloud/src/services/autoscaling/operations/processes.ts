import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'
import { isProcess, PROCESSES, type ScalingProcess } from '../processes.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup } from './view.ts'

const selection = () => shape({ AutoScalingGroupName: z.string(), ScalingProcesses: wireList(z.string()).optional() })

/** Suspending and resuming what a group does. */
export const processOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'SuspendProcesses',
    input: selection(),
    authorize: input => onGroup(view, 'SuspendProcesses', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).suspend(readProcesses(input.ScalingProcesses))
      return {}
    },
  }),
  operation({
    name: 'ResumeProcesses',
    input: selection(),
    authorize: input => onGroup(view, 'ResumeProcesses', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).resume(readProcesses(input.ScalingProcesses))
      return {}
    },
  }),
  operation({
    name: 'DescribeScalingProcessTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeScalingProcessTypes'),
    run: () => ({ Processes: PROCESSES.map(ProcessName => ({ ProcessName })) }),
  }),
]

/** None named means all of them. */
function readProcesses(names: readonly string[] | undefined): readonly ScalingProcess[] {
  if (!names?.length) return PROCESSES
  return names.map(name => {
    if (isProcess(name)) return name
    throw new ValidationError(`Scaling process ${name} is not valid. Valid processes are: ${PROCESSES.join(', ')}`)
  })
}
