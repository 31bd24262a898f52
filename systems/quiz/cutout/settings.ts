import { availableParallelism } from 'node:os'
import { type Config, wholeNumberVariable } from '@terrace/service/plain'
import * as z from 'zod'

/** Jobs that may wait for each worker. */
const QUEUE_PER_WORKER = 8

/** The environment of the service, besides what every server has. */
export const cutoutVariables = {
  /** Pictures worked on at once; as many as there are processors. */
  CUTOUT_WORKERS: wholeNumberVariable(1, 64, Math.min(64, availableParallelism())),
  /** Pictures that may wait; eight for each worker when it is not set. */
  CUTOUT_QUEUE: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'expected a whole number from 1 to 9999')
    .transform(Number)
    .optional(),
  /** A neural model; without it GrabCut does the work. */
  CUTOUT_MODEL: z
    .string()
    .regex(/^(?:\/.+|s3:\/\/[a-z0-9.-]{3,63}\/.+)$/, 'expected /absolute/file.onnx or s3://bucket/key.onnx')
    .optional(),
}

export type CutoutVariables = typeof cutoutVariables

/** Most pictures that wait. */
export const capacityOf = ({ CUTOUT_QUEUE, CUTOUT_WORKERS }: Config<CutoutVariables>): number =>
  CUTOUT_QUEUE ?? QUEUE_PER_WORKER * CUTOUT_WORKERS
