/** What each failure means, in simplified Chinese. */
import type { AuthErrorCode } from '../domain/auth-error.ts';
import type { ErrorText } from './error-texts.ts';

export const chineseErrorTexts = {
  access_denied: {
    title: '登录已取消',
    explanation: '您取消了登录，或登录请求被拒绝。您的账户没有任何变化。',
  },
  account_mismatch: {
    title: '该账户属于另一个登录身份',
    explanation:
      '您选择的账户与您登录时使用的电子邮件地址不同，因此没有建立任何连接。请使用您自己电子邮件地址的账户重试。',
  },
  account_taken: {
    title: '该账户已被他人连接',
    explanation: '您选择的账户已连接到这里的另一位用户，因此没有任何更改。请使用其他账户，或先在那边断开连接。',
  },
  ambiguous_connection_selector: {
    title: '无法确定登录入口',
    explanation: '您的组织有多个登录入口，这个链接同时对应其中几个。请回到应用重新登录，或向管理员索取正确的链接。',
  },
  application_consent_required: {
    title: '需要您的同意',
    explanation: '同意该应用的授权请求后，才能登录。请重试，并在授权页面上确认。',
  },
  auth_failed: {
    title: '登录未成功',
    explanation: '我们与登录服务之间出了问题，您的账户没有受到影响。请重试。',
  },
  authentication_method_not_allowed: {
    title: '不能使用这种登录方式',
    explanation: '该账户不支持您选择的登录方式。请重试，并换一种方式。',
  },
  connection_invalid: {
    title: '企业登录入口不存在',
    explanation: '这个链接指向的企业登录入口不存在，可能已被更换。请向管理员索取最新链接。',
  },
  connection_strategy_invalid: {
    title: '该登录服务尚未启用',
    explanation: '您选择的登录服务在这里还没有配置好。请换一种方式登录，或告知管理员。',
  },
  connection_unlinked: {
    title: '登录入口未关联组织',
    explanation: '您的企业登录入口还没有与这里的组织关联，请联系管理员处理。',
  },
  consent_refused: {
    title: '您没有同意授权',
    explanation: '没有建立任何连接，其他内容也没有改变。您可以随时再连接。',
  },
  cross_site: {
    title: '请求来自其他网站',
    explanation: '其他网站试图以您的名义进行操作，我们没有执行。如果这是您的本意，请在本站页面上操作。',
  },
  email_verification_required: {
    title: '请验证邮箱',
    explanation: '您的邮箱尚未验证。请重试，并输入我们发送到该邮箱的验证码。',
  },
  impersonated: {
    title: '代他人操作时不可用',
    explanation: '您正在代账号所有者使用此账号。只有账号所有者才能用它登录应用或更改其关联。',
  },
  invalid_client: {
    title: '此应用未注册',
    explanation: '将您带到这里的应用没有在此注册。没有任何更改；请联系该应用的开发者。',
  },
  invalid_connection_selector: {
    title: '登录链接不完整',
    explanation: '从这个链接看不出您要登录到哪里。请回到原来的应用或网站，重新开始登录。',
  },
  invalid_device_proof: {
    title: '这次登录与应用不符',
    explanation: '应用发送的内容不属于这次登录。请返回应用重新开始。',
  },
  invalid_dpop_proof: {
    title: '无法确认此应用',
    explanation: '应用无法证明登录是由它发起的。请返回应用重新开始。',
  },
  invalid_grant: {
    title: '您的登录已结束',
    explanation: '应用需要让您重新登录。请返回应用重新开始。',
  },
  invalid_redirect_uri: {
    title: '无法返回此应用',
    explanation: '将您带到这里的应用要求返回一个未注册的地址。没有任何更改；请联系该应用的开发者。',
  },
  invalid_request: {
    title: '无法识别该请求',
    explanation: '链接或表单的内容缺失或已损坏。请返回上一页，再试一次。',
  },
  invalid_signature: {
    title: '无法信任此消息',
    explanation: '它并非由其声称的服务签名，因此已被忽略。',
  },
  invalid_ticket: {
    title: '无法完成此连接',
    explanation: '它可能已经完成、耗时过长，或是在别处开始的。请返回应用并重新连接。',
  },
  login_expired: {
    title: '登录已过期',
    explanation: '登录须在十分钟内完成，同一浏览器也只保留最近几次未完成的登录。请重新开始。',
  },
  method_not_allowed: {
    title: '此处不支持该操作',
    explanation: '这个地址存在，但不支持浏览器刚才的请求方式。请从首页继续。',
  },
  mfa_challenge: {
    title: '两步验证未完成',
    explanation: '您的账户开启了两步验证，但第二步没有完成。请准备好身份验证器应用，然后重试。',
  },
  mfa_enrollment: {
    title: '请设置两步验证',
    explanation: '该账户必须开启两步验证，例如使用身份验证器应用。请重试，并按提示完成设置。',
  },
  missing_uid: {
    title: '缺少信息',
    explanation: '应用没有说明要完成谁的登录。请返回应用重新开始。',
  },
  module_not_connected: {
    title: '尚未连接',
    explanation: '此功能需要您尚未建立的连接。请在您的账户页面进行连接。',
  },
  no_code: {
    title: '没有待完成的登录',
    explanation: '这个地址用于完成登录，但打开时没有携带登录结果。请重新登录。',
  },
  no_jwt: {
    title: '此账号不可用',
    explanation: '我们已确认您的身份，但该账号已被删除或停用。请联系您的管理员。',
  },
  no_refresh_token: {
    title: '提供方只给了一小时的访问权限',
    explanation:
      '我们会在一小时内失去访问权限，因此没有建立连接。请重试，并在询问时选择允许；若仍不行，请告知本站的运营人员。',
  },
  not_found: {
    title: '页面不存在',
    explanation: '这个地址没有内容。请检查拼写，或从首页继续。',
  },
  oauth_failed: {
    title: '登录服务出现问题',
    explanation: '您选择的登录服务未能完成登录。请稍后重试，或换一种方式登录。',
  },
  organization_authentication_methods_required: {
    title: '请按组织规定的方式登录',
    explanation: '您的组织规定了成员的登录方式，您选择的不在其中。请重试，并选用组织允许的方式。',
  },
  organization_invalid: {
    title: '找不到该组织',
    explanation: '链接中的组织没有在这里注册，或者还没有设置登录。请检查链接，或咨询管理员。',
  },
  organization_membership_not_found: {
    title: '您不是该组织的成员',
    explanation: '您的身份已经确认，但您不属于所要进入的组织。请联系该组织的管理员邀请您，或换一个账户重试。',
  },
  organization_selection_required: {
    title: '请选择组织',
    explanation: '您属于多个组织，但还没有选择进入哪一个。请重试，并选择需要的组织。',
  },
  payload_too_large: {
    title: '提交的内容过大',
    explanation: '浏览器发送的内容超出了我们的限制。请缩减内容后重新提交。',
  },
  radar_challenge: {
    title: '需要进一步验证',
    explanation: '这次登录有些异常，我们需要确认是您本人。请重试，并按提示操作。',
  },
  rate_limited: {
    title: '尝试次数过多',
    explanation: '短时间内的尝试太多。请等待一分钟后再试。',
  },
  reauthorization_required: {
    title: '此连接需要您处理',
    explanation: '提供方不再接受您之前授予的访问权限。请在您的账户页面重新连接。',
  },
  scope_missing: {
    title: '缺少一项权限',
    explanation: '您取消了一项必需的权限，因此没有建立连接。请重试，并保留所有勾选项。',
  },
  session_changed: {
    title: '您的登录状态已改变',
    explanation: '开始连接时您的登录身份与现在不同，因此没有建立连接。请从您的账户页面重新开始。',
  },
  session_too_large: {
    title: '账户信息过多',
    explanation: '您的身份已经确认，但账户附带的信息超出了浏览器会话的容量。重试无法解决，请把下方代码发给管理员。',
  },
  sign_up_not_allowed: {
    title: '新账户仅限受邀开通',
    explanation: '您还没有账户，而这里不开放自行注册。请联系管理员邀请您。',
  },
  sso_required: {
    title: '请通过组织登录',
    explanation: '您的组织要求使用其单点登录（SSO）。请用工作邮箱重试。',
  },
  state_mismatch: {
    title: '登录不是从这里发起的',
    explanation: '我们收到的登录结果不属于此浏览器发起的登录，因此没有采用。如需登录，请从这里开始。',
  },
  temporarily_unavailable: {
    title: '服务暂时不可用',
    explanation: '我们依赖的一项服务没有响应，您的数据没有受到影响。请稍等几秒再试。',
  },
  unauthenticated: {
    title: '请登录',
    explanation: '您尚未登录，或会话已经结束。请登录后继续。',
  },
  unsupported_grant_type: {
    title: '无法登录此应用',
    explanation: '应用请求的登录方式这里不提供。请告知应用的开发者。',
  },
  unsupported_media_type: {
    title: '不支持这种格式',
    explanation: '浏览器发送的数据格式无法识别。请刷新来时的页面，然后重试。',
  },
  user_disabled: {
    title: '该账户已停用',
    explanation: '管理员已停用或移除该账户。如有疑问，请与管理员联系。',
  },
} satisfies Record<AuthErrorCode, ErrorText>;
