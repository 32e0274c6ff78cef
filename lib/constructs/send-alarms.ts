/** Sends an alarm to the stage's topic, where it has one. */
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { StageSettings } from '../stages.ts';

export function sendAlarms(alarm: Alarm, { alarmTopicArn }: StageSettings): void {
  if (alarmTopicArn === undefined) return;
  alarm.addAlarmAction({ bind: () => ({ alarmActionArn: alarmTopicArn }) });
}
