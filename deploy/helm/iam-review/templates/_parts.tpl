{{/* What every object is labelled with. */}}
{{- define "labels" -}}
app.kubernetes.io/name: iam-review
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{/* What the pods of one component are found by: (dict "root" $ "component" "web"). */}}
{{- define "selector" -}}
app.kubernetes.io/name: iam-review
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The keys of the Secret that web and worker are given. */}}
{{- define "secretItems" -}}
- {key: database, path: database}
- {key: broker, path: broker}
{{- if .Values.github.enabled }}
- {key: github_app_id, path: github_app_id}
- {key: github_private_key, path: github_private_key}
- {key: github_webhook_secret, path: github_webhook_secret}
{{- end }}
{{- if .Values.gitlab.enabled }}
- {key: gitlab_token, path: gitlab_token}
{{- if .Values.gitlab.signed }}
- {key: gitlab_signing_token, path: gitlab_signing_token}
{{- else }}
- {key: gitlab_webhook_token, path: gitlab_webhook_token}
{{- end }}
{{- end }}
{{- range .Values.moreSecrets }}
- {key: {{ . }}, path: {{ . }}}
{{- end }}
{{- end }}

{{/* What every pod is, whatever it runs. */}}
{{- define "pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Pods of one component on several nodes, where there are. */}}
{{- define "spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "selector" . | nindent 8 }}
{{- end }}

{{- define "probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: probes}
  periodSeconds: 2
  failureThreshold: 30
livenessProbe:
  httpGet: {path: /healthz, port: probes}
  periodSeconds: 20
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: probes}
  periodSeconds: 5
  timeoutSeconds: 10
  failureThreshold: 3
{{- end }}

{{- define "ports" -}}
- {name: http, containerPort: 8080}
- {name: metrics, containerPort: 9090}
- {name: probes, containerPort: 8081}
{{- end }}

{{/* What web and worker see beside the image: secrets, the configuration, room to write. */}}
{{- define "mounts" -}}
- {name: secrets, mountPath: /run/secrets/iam-review, readOnly: true}
- {name: config, mountPath: /etc/iam-review, readOnly: true}
- {name: tmp, mountPath: /tmp}
- {name: state, mountPath: /var/lib/iam-review}
{{- if .Values.certificates }}
- {name: certificates, mountPath: /etc/certificates, readOnly: true}
{{- end }}
{{- end }}

{{- define "volumes" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.secret }}
    defaultMode: 0440
    items:
      {{- include "secretItems" .root | nindent 6 }}
- name: config
  configMap: {name: iam-review}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
- name: state
  emptyDir: {sizeLimit: {{ .state }}}
{{- with .root.Values.certificates }}
- name: certificates
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}
