# SPDX-License-Identifier: Apache-2.0
# A shop in one file: who has logged in (a signed cookie) places orders (forms with a token).
require "action_controller/railtie"
require "active_record/railtie"

class Shop < Rails::Application
  config.load_defaults Rails::VERSION::STRING.to_f
  config.root = __dir__
  config.eager_load = true
  config.logger = Logger.new(File.join(__dir__, "log/production.log"))
  config.secret_key_base = File.read(File.join(__dir__, "config/secret_key_base"))
end

class Order < ActiveRecord::Base
end

class VisitsController < ActionController::Base
  protect_from_forgery with: :exception

  def show
    host = File.read(Rails.root.join("config/host"))
    render plain: [host, session[:name], form_authenticity_token, request.remote_ip].join("\n")
  end

  def log_in
    session[:name] = params[:name]
    head :created
  end

  def order
    return head(:unauthorized) unless session[:name]
    Order.create!(customer: session[:name], number: params[:number])
    head :created
  end
end

Shop.initialize!
Shop.routes.draw do
  root "visits#show"
  post "/login", to: "visits#log_in"
  post "/orders", to: "visits#order"
end
run Shop
