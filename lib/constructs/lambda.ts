/** One function of ours: its bundle, a role that is its alone, its log group and an alarm on its failures. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { EnvironmentOf, EnvModule, Grant } from './grant.ts';
import { sendAlarms } from './send-alarms.ts';

/** Where the code of `functions/<name>` is: the bundle in `dist`, or something else where no code is needed. */
export type CodeOf = (name: string) => Code;

export interface LambdaProps<Module extends EnvModule> {
  readonly settings: StageSettings;
  readonly codeOf: CodeOf;
  readonly env: EnvironmentOf<Module>;
  /** What people notice when this function fails: a sentence for whoever the alarm wakes. */
  readonly whenItFails: string;
  /** 15 unless given: half of what API Gateway waits for an endpoint. */
  readonly timeoutSeconds?: number;
}

/** What a kind of function needs beyond what its variables name. */
interface LambdaOptions<Module extends EnvModule> extends LambdaProps<Module> {
  readonly statements?: readonly PolicyStatement[];
}

export class Lambda<Module extends EnvModule> extends Construct {
  readonly function: Function;

  /** @param name the folder in `functions/` */
  constructor(scope: Construct, name: string, options: LambdaOptions<Module>) {
    super(scope, name);
    const { settings, codeOf, env, whenItFails, timeoutSeconds = 15, statements: ownStatements = [] } = options;
    const functionName = `gatehouse-${settings.stage}-${name}`;
    const { variables, statements } = split(env);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const writeLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const role = new Role(this, 'Role', {
      description: `What ${functionName} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLogs, ...ownStatements, ...statements] }) },
    });

    this.function = new Function(this, 'Function', {
      functionName,
      description: `Gatehouse: functions/${name}`,
      code: codeOf(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: settings.memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup,
      environment: variables,
    });

    const period = Duration.minutes(5);
    // Handlers answer 503 or send the browser to an error page instead of throwing: Lambda's own metric stays at zero then.
    const logged = logGroup.addMetricFilter('Errors', {
      filterPattern: FilterPattern.stringValue('$.level', '=', 'error'),
      metricNamespace: 'Gatehouse',
      metricName: `${functionName}-errors`,
    });
    const alarm = new Alarm(this, 'Failing', {
      alarmDescription: `${functionName} crashes, times out or logs an error. ${whenItFails} Its log group: ${logGroup.logGroupName}`,
      metric: new MathExpression({
        label: `${functionName} fails`,
        expression: 'FILL(crashed, 0) + FILL(logged, 0)',
        usingMetrics: {
          crashed: this.function.metricErrors({ period, statistic: 'Sum' }),
          logged: logged.metric({ period, statistic: 'Sum' }),
        },
        period,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    sendAlarms(alarm, settings);
  }
}

/** `env` without its type argument: what TypeScript has checked is the same for every function. */
function split(env: Readonly<Record<string, string | Grant>>) {
  const entries = Object.entries(env);
  return {
    variables: Object.fromEntries(
      entries.map(([name, given]) => [name, typeof given === 'string' ? given : given.value]),
    ),
    statements: entries.flatMap(([, given]) => (typeof given === 'string' ? [] : given.statements)),
  };
}
